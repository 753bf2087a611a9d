import { asFloat } from '../json-floats.js';

/** What goes out. */
export interface InvocationAnswer {
  readonly type: 'application/json' | 'text/csv';
  readonly text: string;
}

/** Writes verdicts in the form of a request. */
export type WriteAnswer = (frauds: readonly boolean[]) => InvocationAnswer;

/** `{"credit-card-fraud": {id: 0.0 or 1.0}}` */
export function verdictsById(ids: readonly string[]): WriteAnswer {
  return (frauds) => {
    const verdicts = ids.map((id, index) => `${JSON.stringify(id)}: ${verdict(frauds[index])}`);
    return json(`{"credit-card-fraud": {${verdicts.join(', ')}}}`);
  };
}

/** As MLflow answers since version 2. */
export const predictions: WriteAnswer = (frauds) => json(`{"predictions": ${list(frauds)}}`);

/** As MLflow answered before. */
export const bareList: WriteAnswer = (frauds) => json(list(frauds));

export const lines: WriteAnswer = (frauds) => ({
  type: 'text/csv',
  text: frauds.map((fraud) => `${verdict(fraud)}\n`).join(''),
});

function json(text: string): InvocationAnswer {
  return { type: 'application/json', text };
}

function list(frauds: readonly boolean[]): string {
  return `[${frauds.map(verdict).join(', ')}]`;
}

function verdict(fraud: boolean | undefined): string {
  return asFloat(fraud ? 1 : 0);
}
