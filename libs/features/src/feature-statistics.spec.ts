import { describe, expect, it } from '@jest/globals';
import { type FeatureTable, type FeatureType, type ModelDefinition, type TableColumn } from './definition.js';
import { featureStatistics } from './feature-statistics.js';

function define(name: string, type: FeatureType): ModelDefinition {
  return {
    name: 'claims',
    description: '',
    features: [{ name, type, nullable: true }],
    label: 'is_fraud',
    timeColumn: null,
    carried: [],
    metric: 'f1',
    policy: { review: null, block: null },
  };
}

function statisticsOf(column: TableColumn, rows: readonly number[]): unknown {
  const table: FeatureTable = { rows: rows.length, columns: new Map([['x', column]]) };
  return featureStatistics(define('x', column.type), table, Uint32Array.from(rows))['x'];
}

const numbers = (...values: number[]): TableColumn => ({ type: 'number', values: Float32Array.from(values) });
const booleans = (...values: number[]): TableColumn => ({ type: 'boolean', values: Float32Array.from(values) });
const ALL = [0, 1, 2, 3, 4];

describe('featureStatistics of a number', () => {
  it('describes the given rows, and says how many have no value', () => {
    // 1, 2, 3, 6 in rows 0–5; row 6 is the holdout's.
    expect(statisticsOf(numbers(2, NaN, 6, 1, NaN, 3, 99), [0, 1, 2, 3, 4, 5])).toEqual({
      type: 'number',
      missing: 2 / 6,
      distribution: {
        mean: 3,
        // Deviations -2, -1, 0, 3: the mean of their squares is 14 / 4.
        standard_deviation: Math.sqrt(3.5),
        min: 1,
        max: 6,
        // Positions 0.03, 0.15, 0.75, 1.5, 2.25, 2.85, 2.97 among 1, 2, 3, 6.
        quantiles: {
          p1: expect.closeTo(1.03, 10),
          p5: expect.closeTo(1.15, 10),
          p25: 1.75,
          p50: 2.5,
          p75: 3.75,
          p95: expect.closeTo(5.55, 10),
          p99: expect.closeTo(5.91, 10),
        },
      },
    });
  });

  it('finds no deviation among equal values, however they round', () => {
    const each = Math.fround(0.1);
    const quantiles = { p1: each, p5: each, p25: each, p50: each, p75: each, p95: each, p99: each };
    expect(statisticsOf(numbers(0.1, 0.1, 0.1, 0.1, 0.1), ALL)).toEqual({
      type: 'number',
      missing: 0,
      distribution: { mean: each, standard_deviation: 0, min: each, max: each, quantiles },
    });
  });

  it('has no distribution without a value', () => {
    expect(statisticsOf(numbers(NaN, NaN), [0, 1])).toEqual({ type: 'number', missing: 1, distribution: null });
  });

  it('knows one zero', () => {
    expect(JSON.stringify(statisticsOf(numbers(-0, 0, -0), [0, 1, 2]))).toBe(
      JSON.stringify(statisticsOf(numbers(0, 0, 0), [0, 1, 2])),
    );
  });

  it('holds values at the edge of float32', () => {
    const most = 3.4028234663852886e38;
    expect(statisticsOf(numbers(most, -most), [0, 1])).toMatchObject({
      distribution: { mean: 0, standard_deviation: most, min: -most, max: most, quantiles: { p50: 0 } },
    });
  });
});

describe('featureStatistics of a boolean', () => {
  it.each([
    ['a share of true', booleans(1, 0, NaN, 1, 0), { missing: 0.2, true_share: 0.5 }],
    ['no share where no row has a value', booleans(NaN, NaN, NaN, NaN, NaN), { missing: 1, true_share: null }],
  ])('is %s', (_, column, expected) => {
    expect(statisticsOf(column, ALL)).toEqual({ type: 'boolean', ...expected });
  });
});

describe('featureStatistics of a category', () => {
  it('counts the values, most frequent first', () => {
    const column: TableColumn = { type: 'category', codes: Int32Array.of(1, 0, 1, -1, 2), values: ['b', 'a', 'never'] };
    expect(statisticsOf(column, [0, 1, 2, 3])).toEqual({
      type: 'category',
      missing: 0.25,
      counts: [
        { value: 'a', count: 2 },
        { value: 'b', count: 1 },
      ],
      others: 0,
    });
  });

  it('puts rare values, and those that no transaction may carry, with the others', () => {
    const values = Array.from({ length: 150 }, (_, at) => (at === 0 ? 'x'.repeat(300) : `v${at}`));
    // Value 0 is the most frequent; of the rest each later one is more frequent by one.
    const codes = Int32Array.from([
      ...Array<number>(200).fill(0),
      ...values.flatMap((_, at) => Array<number>(at).fill(at)),
    ]);
    const statistics = statisticsOf({ type: 'category', codes, values }, [...codes.keys()]);
    // Kept: 149 … 50. Others: 200 × value 0, and 1 + 2 + … + 49.
    expect(statistics).toMatchObject({ missing: 0, others: 200 + 1_225 });
    expect(statistics).toHaveProperty('counts.length', 100);
    expect(statistics).toHaveProperty('counts.0', { value: 'v149', count: 149 });
    expect(statistics).toHaveProperty('counts.99', { value: 'v50', count: 50 });
  });
});

it.each([define('y', 'number'), define('x', 'boolean')])(
  'featureStatistics refuses a table of another model',
  (other) => {
    const table: FeatureTable = { rows: 1, columns: new Map([['x', numbers(1)]]) };
    expect(() => featureStatistics(other, table, Uint32Array.of(0))).toThrow(/no (number|boolean) column/);
  },
);
