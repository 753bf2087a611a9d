import { describe, expect, it } from '@jest/globals';
import { BUILT_IN_MODELS, compileVectoriser } from '@app/features';
import { partOf } from './parts.js';

const ROWS = 300_000;
const values = Float32Array.from({ length: ROWS }, (_, row) => row);
const data = {
  table: { rows: ROWS, columns: new Map([['amount', { type: 'number', values }] as const]) },
  labels: Uint8Array.from(values, (row) => row % 2),
  times: null,
  weights: Float64Array.from(values, (row) => row / 2),
  entities: null,
  costs: null,
  rows: ROWS,
  frauds: ROWS / 2,
};
const [model] = BUILT_IN_MODELS;

describe('partOf', () => {
  const definition = model && {
    ...model,
    features: [{ name: 'amount', type: 'number', nullable: false } as const],
  };
  if (!definition) throw new Error('There is no built-in model');
  const vectoriser = compileVectoriser(definition, { categories: {} });
  const rows = Uint32Array.from(values).reverse();

  it('gives every row in the order asked for, of more than it vectorises at a time', async () => {
    const part = await partOf(data, vectoriser, rows);
    const { matrix, labels, weights } = part;
    expect(part.rows).toBe(ROWS);
    expect(Buffer.from(matrix.buffer).equals(Buffer.from(values.slice().reverse().buffer))).toBe(true);
    expect([...labels.subarray(0, 3)]).toEqual([1, 0, 1]);
    expect(weights?.[1]).toBe((ROWS - 2) / 2);
  });

  it('ends with the reason of the signal', async () => {
    const reason = new Error('lost');
    await expect(partOf(data, vectoriser, rows, AbortSignal.abort(reason))).rejects.toBe(reason);
  });
});
