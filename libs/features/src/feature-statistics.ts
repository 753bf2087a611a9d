import { type CategoryCount, countCategories } from './category-counts.js';
import { type FeatureTable, type ModelDefinition, type TableColumn } from './definition.js';
import { MAX_CATEGORIES } from './encoding.js';
import { valuesAtRanks } from './order-statistics.js';

/** The quantiles that are kept. */
const SHARES = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99] as const;

export type Quantiles = Readonly<Record<'p1' | 'p5' | 'p25' | 'p50' | 'p75' | 'p95' | 'p99', number>>;

/** How the present values of a number lie. */
export interface Distribution {
  readonly mean: number;
  /** Of these values themselves: divided by their number. */
  readonly standard_deviation: number;
  readonly min: number;
  readonly max: number;
  /** Between two neighbours in proportion, as NumPy's `quantile` does. */
  readonly quantiles: Quantiles;
}

export interface NumberStatistics {
  readonly type: 'number';
  /** The share of rows without a value. */
  readonly missing: number;
  /** Null when no row has a value. */
  readonly distribution: Distribution | null;
}

export interface CategoryStatistics {
  readonly type: 'category';
  readonly missing: number;
  /** Rows per value, most frequent first; the most frequent 100. */
  readonly counts: readonly CategoryCount[];
  /** Rows with any other value. */
  readonly others: number;
}

export interface BooleanStatistics {
  readonly type: 'boolean';
  readonly missing: number;
  /** The share of true among the rows with a value; null when there is none. */
  readonly true_share: number | null;
}

/** What a version's training part looked like, by feature. Stored with the version as JSON. */
export type FeatureStatistics = Readonly<Record<string, NumberStatistics | CategoryStatistics | BooleanStatistics>>;

/**
 * Describes the features of the given rows. The same rows give the same JSON.
 *
 * @param rows Row numbers of the training part.
 * @throws Error when the table lacks a feature's column, or has it with another type.
 */
export function featureStatistics(
  definition: ModelDefinition,
  table: FeatureTable,
  rows: Uint32Array,
): FeatureStatistics {
  return Object.fromEntries(
    definition.features.map(({ name, type }) => {
      const column = table.columns.get(name);
      if (column?.type !== type) throw new Error(`The table has no ${type} column '${name}'`);
      return [name, describeColumn(column, rows)];
    }),
  );
}

function describeColumn(column: TableColumn, rows: Uint32Array): FeatureStatistics[string] {
  if (column.type === 'category') {
    const { counts, present } = countCategories(column, rows);
    const kept = counts.slice(0, MAX_CATEGORIES);
    const others = kept.reduce((left, { count }) => left - count, present);
    return { type: 'category', missing: share(rows.length - present, rows.length), counts: kept, others };
  }
  const values = presentValues(column.values, rows);
  const missing = share(rows.length - values.length, rows.length);
  if (column.type === 'number') return { type: 'number', missing, distribution: describe(values) };
  return { type: 'boolean', missing, true_share: values.length === 0 ? null : mean(values) };
}

function presentValues(values: Float32Array, rows: Uint32Array): Float32Array {
  const present = new Float32Array(rows.length);
  let count = 0;
  // Loops by index, here and below: for-of over a typed array takes several times as long.
  for (let at = 0; at < rows.length; at++) {
    const value = values[rows[at] ?? 0] ?? NaN;
    // Adding 0 makes 0 of -0.
    if (!Number.isNaN(value)) present[count++] = value + 0;
  }
  return present.subarray(0, count);
}

function describe(values: Float32Array): Distribution | null {
  const last = values.length - 1;
  if (last < 0) return null;
  const inner = SHARES.flatMap((share) => [Math.floor(share * last), Math.ceil(share * last)]);
  const ranks = [...new Set([0, ...inner, last])].sort((a, b) => a - b);
  const found = valuesAtRanks(values, ranks);
  const valueAt = (rank: number): number => found[ranks.indexOf(rank)] ?? NaN;
  const quantile = (share: number): number => {
    const below = Math.floor(share * last);
    const low = valueAt(below);
    return low + (valueAt(Math.ceil(share * last)) - low) * (share * last - below);
  };
  const [p1, p5, p25, p50, p75, p95, p99] = SHARES;
  const average = mean(values);
  return {
    mean: average,
    standard_deviation: deviation(values, average),
    min: valueAt(0),
    max: valueAt(last),
    quantiles: {
      p1: quantile(p1),
      p5: quantile(p5),
      p25: quantile(p25),
      p50: quantile(p50),
      p75: quantile(p75),
      p95: quantile(p95),
      p99: quantile(p99),
    },
  };
}

/** Sums of float32 in float64: equal values have exactly their mean, and no deviation. */
function mean(values: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += values[at] ?? 0;
  return sum / values.length;
}

function deviation(values: Float32Array, average: number): number {
  let squares = 0;
  for (let at = 0; at < values.length; at++) squares += ((values[at] ?? 0) - average) ** 2;
  return Math.sqrt(squares / values.length);
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
