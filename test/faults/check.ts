import pg from 'pg';
import type { Answers, StoredDecision } from './answers.js';
import type { BreakableService } from './service.js';
import { featuresOf, numberOf, transactionOf } from './transactions.js';

const PAGE = 20_000;
const BATCH = 5_000;
const BATCHES_AT_ONCE = 2;
const MOST_SHOWN = 10;

/** What the table holds, against what was answered. */
export interface Comparison {
  readonly rows: number;
  /** Acknowledged and not stored. */
  readonly lost: number;
  /** Transactions that are stored more than once; each was sent once. */
  readonly twice: number;
  /** Stored otherwise than answered, or with what another transaction holds. */
  readonly different: number;
  /** Rows of transactions that nobody sent. */
  readonly strange: number;
  /** Stored, though nobody heard of it: the answer died with a process. */
  readonly unheard: number;
  /** Batches that are there in part. */
  readonly torn: number;
  /** Some of what is wrong, in words. */
  readonly examples: readonly string[];
}

/** Reads the whole table, in pages, before anything else is scored. */
export async function compareWithTable(databaseUrl: string, answers: Answers): Promise<Comparison> {
  const stored = new Uint8Array(answers.sent);
  const found = { rows: 0, different: 0, strange: 0 };
  const examples: string[] = [];
  for await (const { transaction_id: id, ...row } of decisionsOf(databaseUrl)) {
    found.rows += 1;
    const number = numberOf(id);
    if (stored[number] === undefined) {
      found.strange += 1;
      continue;
    }
    stored[number] += 1;
    const difference = row.v1 === featuresOf(number)['V1'] ? answers.differenceTo(number, row) : 'inputs';
    if (difference === null) continue;
    found.different += 1;
    examples.push(`the ${difference} of ${String(id)}: ${JSON.stringify(row)}`);
  }
  const tally = { lost: 0, twice: 0, unheard: 0 };
  for (let number = 0; number < answers.sent; number++) {
    const times = stored[number] ?? 0;
    if (times > 1) tally.twice += 1;
    if (answers.acknowledged(number) && times === 0) {
      tally.lost += 1;
      examples.push(`${answers.kindOf(number) ?? ''} ${number} was acknowledged and is not stored`);
    }
    if (!answers.acknowledged(number) && times > 0) tally.unheard += 1;
  }
  const torn = answers.batches.filter(({ from, to }) => new Set(stored.subarray(from, to)).size > 1).length;
  return { ...found, ...tally, torn, examples: examples.slice(0, MOST_SHOWN) };
}

type Row = StoredDecision & { readonly transaction_id: string | null };

async function* decisionsOf(databaseUrl: string): AsyncGenerator<Row> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    for (let last = '00000000-0000-0000-0000-000000000000'; ;) {
      const { rows } = await client.query<Row>(
        `SELECT id, transaction_id, probability, score, decision, (sent->>'V1')::float8 AS v1
           FROM decisions WHERE id > $1 ORDER BY id LIMIT ${PAGE}`,
        [last],
      );
      yield* rows;
      const end = rows.at(-1);
      if (end === undefined) return;
      last = end.id;
    }
  } finally {
    await client.end();
  }
}

export interface Repetition {
  readonly scored: number;
  /** Got something else than what was answered under load. */
  readonly different: number;
}

/** Scores everything that was acknowledged once more, by batches, and compares to the last bit. */
export async function scoreAgain(service: BreakableService, answers: Answers): Promise<Repetition> {
  const numbers = numbersOf(answers);
  const total = { scored: 0, different: 0 };
  const worker = async (): Promise<void> => {
    for (;;) {
      const batch = numbers.next(BATCH);
      if (batch.length === 0) return;
      const body = { transactions: batch.map(transactionOf) };
      const results = resultsOf(await service.call('POST', '/v1/models/credit-card/score/batch', body));
      for (const [at, number] of batch.entries()) {
        const result = results[at];
        total.scored += 1;
        if (result === undefined || !answers.isRepeatedBy(number, result)) total.different += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: BATCHES_AT_ONCE }, worker));
  return total;
}

function numbersOf(answers: Answers): { next(count: number): number[] } {
  let at = 0;
  return {
    next: (count) => {
      const numbers: number[] = [];
      for (; at < answers.sent && numbers.length < count; at++) if (answers.acknowledged(at)) numbers.push(at);
      return numbers;
    },
  };
}

function resultsOf(answer: unknown): readonly { readonly probability: number; readonly score: number }[] {
  return (answer as { results: { probability: number; score: number }[] }).results;
}
