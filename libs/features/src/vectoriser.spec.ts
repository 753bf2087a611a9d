import { describe, expect, it } from '@jest/globals';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { type Feature, type FeatureTable, type ModelDefinition, type TableColumn } from './definition.js';
import { fitEncoding } from './encoding.js';
import { compileValidator } from './validator.js';
import { compileVectoriser } from './vectoriser.js';

function define(features: Feature[]): ModelDefinition {
  return {
    name: 'claims',
    description: '',
    features,
    label: 'is_fraud',
    timeColumn: null,
    carried: [],
    metric: 'f1',
    policy: { review: null, block: null },
  };
}

const claims = define([
  { name: 'amount', type: 'number', nullable: false },
  { name: 'type', type: 'category', nullable: false },
  { name: 'abroad', type: 'boolean', nullable: true },
  { name: 'garage', type: 'category', nullable: true },
]);
const encoding = { categories: { type: ['CASH_OUT', 'toString'], garage: ['G1'] } };
const vectoriser = compileVectoriser(claims, encoding);

function vector(transaction: Record<string, unknown>): number[] {
  const target = new Float32Array(vectoriser.width).fill(77);
  vectoriser.write(transaction, target, 0);
  return [...target];
}

describe('compileVectoriser', () => {
  it('names its inputs', () => {
    expect(vectoriser.width).toBe(8);
    expect(vectoriser.inputNames).toEqual([
      'amount',
      'type=(unknown)',
      'type=CASH_OUT',
      'type=toString',
      'abroad',
      'garage=(unknown)',
      'garage=(missing)',
      'garage=G1',
    ]);
    expect(vectoriser.inputs[0]).toEqual({ feature: 'amount', value: null });
    expect(vectoriser.inputs[2]).toEqual({ feature: 'type', value: 'CASH_OUT' });
  });

  it('writes one transaction', () => {
    expect(vector({ amount: 1.5, type: 'CASH_OUT', abroad: true, garage: 'G1' })).toEqual([1.5, 0, 1, 0, 1, 0, 0, 1]);
    expect(vector({ amount: -2, type: 'x', abroad: 0, garage: 'y' })).toEqual([-2, 1, 0, 0, 0, 1, 0, 0]);
    expect(vector({ amount: 0, type: 'toString', abroad: null, garage: null })).toEqual([0, 0, 0, 1, NaN, 0, 1, 0]);
    expect(vector({ amount: 1, type: '__proto__' })).toEqual([1, 1, 0, 0, NaN, 0, 1, 0]);
  });

  it('rounds to float32 as XGBoost and ONNX do, up to the ends of the range', () => {
    expect(vector({ amount: 0.1, type: 'x' })[0]).toBe(Math.fround(0.1));
    expect(vector({ amount: 3.4028234663852886e38, type: 'x' })[0]).toBe(3.4028234663852886e38);
    expect(vector({ amount: 1e-45, type: 'x' })[0]).toBe(2 ** -149);
    expect(vector({ amount: 5e-324, type: 'x' })[0]).toBe(0);
  });

  it('writes at an offset and touches nothing else', () => {
    const target = new Float32Array(vectoriser.width * 3).fill(9);
    vectoriser.write({ amount: 1, type: 'CASH_OUT', abroad: 1, garage: 'G1' }, target, vectoriser.width);
    expect([...target]).toEqual([...Array<number>(8).fill(9), 1, 0, 1, 0, 1, 0, 0, 1, ...Array<number>(8).fill(9)]);
  });

  it('refuses an encoding of another model, and a table of another type', () => {
    expect(() => compileVectoriser(claims, { categories: { type: [] } })).toThrow("category feature 'garage'");
    const noRows = Uint32Array.of();
    expect(() => vectoriser.matrix({ rows: 0, columns: new Map() }, noRows)).toThrow("no number column 'amount'");
    const columns: FeatureTable['columns'] = new Map([
      ['amount', { type: 'boolean', values: new Float32Array(0) }],
    ] as const);
    expect(() => vectoriser.matrix({ rows: 0, columns }, noRows)).toThrow("no number column 'amount'");
  });

  it('survives the way through JSON', () => {
    const stored = JSON.stringify(encoding);
    expect(compileVectoriser(claims, JSON.parse(stored) as typeof encoding).inputNames).toEqual(vectoriser.inputNames);
  });
});

/** What a random cell may be: the ends of the range, the usual, and (for nullable ones) nothing. */
const NUMBERS = [0, -0, 1, 0.1, -2.5, 1e-45, 1e-38, 3.4e38, -3.4e38, 16_777_217, 123_456.789];
const TEXTS = [
  'a',
  'b',
  'CASH_OUT',
  '__proto__',
  'constructor',
  'toString',
  '',
  ' ',
  '😀',
  '(unknown)',
  'x'.repeat(256),
];

function randomCase(seed: number) {
  const random = xoroshiro128plus(seed);
  const upTo = (limit: number): number => uniformInt(random, 0, limit);
  const pick = <T>(values: readonly T[]): T | undefined => values[upTo(values.length - 1)];

  const types = ['number', 'category', 'boolean'] as const;
  const features = Array.from({ length: 1 + upTo(11) }, (_, index): Feature => {
    return { name: `f${index}`, type: pick(types) ?? 'number', nullable: upTo(1) === 1 };
  });
  const rows = 1 + upTo(1_300);
  const cells = new Map(
    features.map(({ name, type, nullable }) => {
      const cell = { number: () => pick(NUMBERS), category: () => pick(TEXTS), boolean: () => pick([true, false]) }[
        type
      ];
      return [name, Array.from({ length: rows }, () => (nullable && upTo(4) === 0 ? null : (cell() ?? null)))];
    }),
  );
  const columns = new Map(features.map(({ name, type }) => [name, asColumn(type, cells.get(name) ?? [])]));
  const transactions = Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(features.map(({ name }) => [name, cells.get(name)?.[row] ?? undefined])),
  );
  const training = Uint32Array.from({ length: Math.ceil(rows / 4) }, () => upTo(rows - 1));
  return { definition: define(features), table: { rows, columns }, transactions, training };
}

function asColumn(type: Feature['type'], cells: readonly (number | string | boolean | null)[]): TableColumn {
  if (type !== 'category')
    return { type, values: Float32Array.from(cells, (cell) => (cell === null ? NaN : Number(cell))) };
  const values = [...TEXTS].reverse();
  return { type, codes: Int32Array.from(cells, (cell) => values.indexOf(String(cell))), values };
}

describe('write and matrix', () => {
  it.each(Array.from({ length: 60 }, (_, seed) => seed))(
    'agree bit for bit on random models and rows, seed %d',
    (seed) => {
      const { definition, table, transactions, training } = randomCase(seed);
      const compiled = compileVectoriser(definition, fitEncoding(definition, table, training));
      const validate = compileValidator(definition);
      const rows = Uint32Array.from({ length: table.rows }, (_, index) => table.rows - 1 - index);

      const written = new Float32Array(table.rows * compiled.width);
      for (const [position, row] of rows.entries()) {
        const transaction = transactions[row] ?? {};
        expect(validate(transaction)).toEqual([]);
        compiled.write(transaction, written, position * compiled.width);
      }

      const matrix = compiled.matrix(table, rows);
      expect(matrix.length).toBe(written.length);
      expect(Buffer.from(matrix.buffer).equals(Buffer.from(written.buffer))).toBe(true);
    },
  );
});
