import { type SimulatedModel, simulateCsv } from '@app/simulator';

const CARD = '/v1/models/credit-card/score';
const SMALLEST_BATCH = 100;
const LARGEST_BATCH = 1_000;
const LARGE_BATCH = 10_000;
const TRANSACTIONS = 12_000;
/** Decisions that are asked for again. */
const REMEMBERED = 1_000;

/** One kind of request, again and again. */
export interface RequestKind {
  readonly name: string;
  /** So many a second for each single score a second. */
  readonly share: number;
  /** So many at once at most. */
  readonly clients: number;
  next(): { readonly method: 'GET' | 'POST'; readonly path: string; readonly body?: string };
  /** @returns how many decisions the answer acknowledges. @throws Error where it is not what was asked for */
  judge(answer: unknown): number;
}

/** What scores and looks up, all on simulated transactions. A kind waits for what it needs of another one. */
export function requestKinds(): readonly RequestKind[] {
  const cards = simulated('credit-card', TRANSACTIONS);
  const payments = simulated('payments', TRANSACTIONS);
  const [card, payment] = [inTurns(cards), inTurns(payments)];
  const remembered: string[] = [];
  const single = (path: string, next: () => string, judge: (answer: unknown) => void) => ({
    next: () => ({ method: 'POST' as const, path, body: next() }),
    judge: (answer: unknown) => {
      judge(answer);
      return 1;
    },
  });
  const batch = (size: () => number) => {
    let at = 0;
    return {
      next: () => {
        const count = size();
        if (at + count > cards.length) at = 0;
        const body = `{"transactions":[${cards.slice(at, (at += count)).join(',')}]}`;
        return { method: 'POST' as const, path: `${CARD}/batch`, body };
      },
      judge: (answer: unknown) => {
        const { scored, refused } = answer as { scored: number; refused: number };
        if (refused !== 0) throw new Error(`${refused} transactions of a batch were refused`);
        return scored;
      },
    };
  };
  let size = SMALLEST_BATCH;
  return [
    {
      name: 'single',
      share: 1,
      clients: 32,
      ...single(CARD, card, (answer) => {
        const { decision_id: id, probability } = answer as { decision_id: string; probability: number };
        if (!(probability >= 0 && probability <= 1)) throw new Error(`a probability of ${probability}`);
        remembered.push(id);
        if (remembered.length > REMEMBERED) remembered.splice(0, REMEMBERED / 2);
      }),
    },
    {
      name: 'single, with reasons',
      share: 0.01,
      clients: 4,
      ...single(`${CARD}?explain=true`, card, (answer) => {
        if ((answer as { reasons: unknown[] }).reasons.length === 0) throw new Error('no reasons');
      }),
    },
    {
      name: 'fraud-score',
      share: 0.2,
      clients: 16,
      ...single('/v1/fraud-score', card, (answer) => {
        if (typeof (answer as Record<string, unknown>)['fraud-score'] !== 'number') throw new Error('no score');
      }),
    },
    {
      name: 'model/predict of payments',
      share: 0.2,
      clients: 16,
      ...single('/api/v1/model/predict', payment, (answer) => {
        if ((answer as { predictions: unknown[] }).predictions.length !== 1) throw new Error('no prediction');
      }),
    },
    {
      name: 'batch of 100–1,000',
      share: 0.0005,
      clients: 2,
      // All sizes after one another, in steps that share no factor with their number.
      ...batch(() => (size = SMALLEST_BATCH + ((size - SMALLEST_BATCH + 377) % (LARGEST_BATCH - SMALLEST_BATCH + 1)))),
    },
    { name: 'batch of 10,000', share: 0.00003, clients: 1, ...batch(() => LARGE_BATCH) },
    {
      name: 'look-up of a decision',
      share: 0.05,
      clients: 4,
      next: () => {
        const id = remembered[remembered.length >> 1];
        // Before the first score there is none to ask for.
        return { method: 'GET', path: id === undefined ? '/v1/decisions?limit=1' : `/v1/decisions/${id}` };
      },
      judge: (answer) => {
        if (!('inputs' in (answer as object)) && !('decisions' in (answer as object))) throw new Error('no decision');
        return 0;
      },
    },
  ];
}

/** Simulated transactions as JSON. */
function simulated(model: SimulatedModel, rows: number): string[] {
  const [header = '', ...lines] = [...simulateCsv(model, { rows, seed: 2 })].join('').trimEnd().split('\n');
  const names = header.split(',').slice(0, -1);
  return lines.map((line) => {
    const values = line.split(',').map((value) => (Number.isNaN(Number(value)) ? value : Number(value)));
    return JSON.stringify(Object.fromEntries(names.map((name, index) => [name, values[index]])));
  });
}

function inTurns(list: readonly string[]): () => string {
  let at = 0;
  return () => list[at++ % list.length] ?? '';
}
