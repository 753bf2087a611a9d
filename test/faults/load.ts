import { setTimeout as delay } from 'node:timers/promises';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { Client } from 'undici';
import type { Answer, Answers, Kind } from './answers.js';
import { type Outcome, outcomeOf, outcomeOfError } from './outcome.js';
import { idOf, transactionOf } from './transactions.js';

const SCORE = '/v1/models/credit-card/score';
const PATHS: Readonly<Record<Kind, string>> = {
  single: SCORE,
  batch: `${SCORE}/batch`,
  foreign: '/v1/fraud-score',
};

/** A request that takes longer hangs. */
const PATIENCE_MS = 15_000;
/** After a failure, so that clients leave the machine to what has to come back. */
const PAUSE_MS = 50;
/** Large ones take more than one statement, and would be half there if they were not one transaction. */
const SMALLEST_BATCH = 10;
const LARGEST_BATCH = 1_200;
const PAUSE_AFTER_BATCH_MS = 200;
/** So many answers in a row: the service is there for this client again. Batches take their time. */
const GOOD_ANSWERS: Readonly<Record<Kind, number>> = { single: 10, batch: 3, foreign: 10 };
const POLL_MS = 10;
/** Kept to be shown; all are counted. */
const MOST_WRONG = 20;

export interface Crowd {
  readonly singles: number;
  readonly batches: number;
  readonly foreign: number;
}

interface ScoringClient {
  readonly http: Client;
  readonly kind: Kind;
  /** Good answers without a failure since the last fault. */
  streak: number;
  /** When the first of them came. */
  since: number;
}

/** Clients that score without a pause, each by one connection that it keeps, until they are told to end. */
export class Load {
  readonly failures = { connection: 0, unavailable: 0, wrong: 0 };
  readonly wrong: string[] = [];
  /** The longest that an answer has taken since the last fault, in milliseconds. */
  slowest = 0;
  private running = true;
  private faultAt = 0;
  private readonly sizes = xoroshiro128plus(1);
  private readonly clients: readonly ScoringClient[];
  private readonly ended: Promise<unknown>;

  constructor(
    private readonly url: string,
    private readonly key: string,
    { singles, batches, foreign }: Crowd,
    private readonly answers: Answers,
  ) {
    this.clients = [
      ...this.clientsOf('single', singles),
      ...this.clientsOf('batch', batches),
      ...this.clientsOf('foreign', foreign),
    ];
    this.ended = Promise.all(this.clients.map((client) => this.run(client)));
  }

  /** To be called when something has been killed: what comes from now on tells how the service bears it. */
  noteFault(): void {
    this.faultAt = performance.now();
    this.slowest = 0;
    for (const client of this.clients) client.streak = 0;
  }

  /**
   * Waits until every client is answered again and again.
   * @returns milliseconds from the fault until the last one was
   * @throws Error with what is the matter when it takes longer than `patience`, in milliseconds
   */
  async untilAllAnswered(patience: number): Promise<number> {
    const end = performance.now() + patience;
    for (;;) {
      const waiting = this.clients.filter(({ kind, streak }) => streak < GOOD_ANSWERS[kind]);
      if (waiting.length === 0) return Math.max(...this.clients.map(({ since }) => since)) - this.faultAt;
      if (performance.now() > end)
        throw new Error(`${waiting.length} of ${this.clients.length} clients are not answered after ${patience} ms`);
      await delay(POLL_MS);
    }
  }

  /** Waits for what is under way. */
  async end(): Promise<void> {
    this.running = false;
    await this.ended;
    await Promise.all(this.clients.map(({ http }) => http.close()));
  }

  private clientsOf(kind: Kind, count: number): ScoringClient[] {
    return Array.from({ length: count }, () => ({
      http: new Client(this.url, {
        headersTimeout: PATIENCE_MS,
        bodyTimeout: PATIENCE_MS,
        connectTimeout: PATIENCE_MS,
      }),
      kind,
      streak: 0,
      since: 0,
    }));
  }

  private async run(client: ScoringClient): Promise<void> {
    while (this.running) {
      const begun = performance.now();
      const outcome = await this.scoreBy(client);
      const took = performance.now() - begun;
      if (outcome.kind !== 'answered') {
        client.streak = 0;
        this.failures[outcome.kind] += 1;
        if (outcome.kind === 'wrong' && this.wrong.length < MOST_WRONG)
          this.wrong.push(`${client.kind}, after ${took.toFixed(0)} ms: ${outcome.what}`);
        await delay(PAUSE_MS);
        continue;
      }
      this.slowest = Math.max(this.slowest, took);
      if (begun >= this.faultAt && client.streak++ === 0) client.since = performance.now();
      if (client.kind === 'batch') await delay(PAUSE_AFTER_BATCH_MS);
    }
  }

  private async scoreBy({ http, kind }: ScoringClient): Promise<Outcome> {
    const count = kind === 'batch' ? uniformInt(this.sizes, SMALLEST_BATCH, LARGEST_BATCH) : 1;
    const { from, to } = this.answers.next(kind, count);
    const numbers = Array.from({ length: to - from }, (_, at) => from + at);
    const transactions = numbers.map(transactionOf);
    const outcome = await this.send(http, PATHS[kind], kind === 'batch' ? { transactions } : transactions[0]);
    if (outcome.kind !== 'answered') return outcome;
    const what = this.acknowledge(kind, numbers, outcome.body);
    return what === null ? outcome : { kind: 'wrong', what };
  }

  private async send(http: Client, path: string, body: unknown): Promise<Outcome> {
    try {
      const headers = { 'X-API-Key': this.key, 'Content-Type': 'application/json' };
      const answer = await http.request({ method: 'POST', path, headers, body: JSON.stringify(body) });
      return outcomeOf(answer.statusCode, answer.headers, await answer.body.text());
    } catch (error) {
      return outcomeOfError(error);
    }
  }

  /** @returns what is wrong with an answer of status 200; null where all is well */
  private acknowledge(kind: Kind, numbers: readonly number[], body: unknown): string | null {
    if (kind === 'foreign') {
      const score = typeof body === 'object' && body !== null && 'fraud-score' in body ? body['fraud-score'] : null;
      if (typeof score !== 'number') return `no score in ${JSON.stringify(body)}`;
      this.answers.acknowledgeScore(numbers[0] ?? NaN, score);
      return null;
    }
    const results = kind === 'single' ? [body] : resultsOf(body);
    if (results.length !== numbers.length) return `${results.length} results on ${numbers.length} transactions`;
    for (const [at, number] of numbers.entries()) {
      const result = results[at];
      if (!isAnswerTo(number, result)) return `asked for ${idOf(number)}, answered ${JSON.stringify(result)}`;
      this.answers.acknowledge(number, result);
    }
    return null;
  }
}

function resultsOf(body: unknown): readonly unknown[] {
  const results = typeof body === 'object' && body !== null && 'results' in body ? body.results : null;
  return Array.isArray(results) ? results : [];
}

function isAnswerTo(number: number, result: unknown): result is Answer {
  if (typeof result !== 'object' || result === null) return false;
  return (
    'transaction_id' in result &&
    result.transaction_id === idOf(number) &&
    'decision_id' in result &&
    typeof result.decision_id === 'string' &&
    'probability' in result &&
    typeof result.probability === 'number' &&
    'score' in result &&
    typeof result.score === 'number' &&
    'decision' in result &&
    typeof result.decision === 'string'
  );
}
