import { type TableColumn } from '@app/features';
import { ascendingOrder } from '../float-order.js';
import { rankingFigures } from '../metrics/ranking-figures.js';
import { type LabelledTable } from './read-table.js';

/** How well one column alone tells frauds from legitimate rows. */
export interface Association {
  /**
   * Area under the ROC curve, 0.5 (nothing) to 1 (everything). Of a number: of its values in whichever direction is
   * better, missing ones first or last. Of a category: of each value's share of frauds.
   */
  readonly rocAuc: number;
  /** Average precision of the same order, from the share of frauds to 1. */
  readonly averagePrecision: number;
}

/** Rows to look at, with what each counts. */
export interface Sample {
  readonly rows: Uint32Array;
  readonly labels: Uint8Array;
  readonly weights: Float64Array;
}

/** More of one class add no certainty to a figure of two or three digits. */
const MOST_OF_A_CLASS = 200_000;

/** A number of so few values may be a code, whose values need not be in the order of the risk. */
const MOST_CODES = 1_000;

/** At most 200,000 rows of each class, evenly spread; each then stands for those left out. */
export function sampleRows({ labels, weights }: Pick<LabelledTable, 'labels' | 'weights'>, rows: Uint32Array): Sample {
  const counts = [0, 0];
  for (let at = 0; at < rows.length; at++) count(counts, labels[rows[at] ?? 0] ?? 0);
  const steps = counts.map((all) => Math.max(1, Math.ceil(all / MOST_OF_A_CLASS)));
  const seen = [0, 0];
  const kept = rows.filter((row) => {
    const label = labels[row] ?? 0;
    return (count(seen, label) - 1) % (steps[label] ?? 1) === 0;
  });
  return {
    rows: kept,
    labels: Uint8Array.from(kept, (row) => labels[row] ?? 0),
    weights: Float64Array.from(kept, (row) => (weights?.[row] ?? 1) * (steps[labels[row] ?? 0] ?? 1)),
  };
}

/** How a column of a data set goes with its label. */
export function associationOf(column: TableColumn, sample: Sample): Association {
  const { rows } = sample;
  if (column.type === 'category') {
    const codes = new Int32Array(rows.length);
    for (let at = 0; at < rows.length; at++) codes[at] = column.codes[rows[at] ?? 0] ?? -1;
    return ofCategory(codes, column.values.length, sample);
  }
  const values = new Float32Array(rows.length);
  for (let at = 0; at < rows.length; at++) values[at] = column.values[rows[at] ?? 0] ?? Number.NaN;
  const order = ascendingOrder(values);
  const { codes, distinct } = numbered(values, order);
  const candidates = ofNumber(codes, distinct, sample);
  if (distinct <= MOST_CODES) candidates.push(ofCategory(codes, distinct, sample));
  return candidates.reduce((best, each) => (each.rocAuc > best.rocAuc ? each : best));
}

/** Each row's place among the distinct values, the least being 0; -1 for a missing one. */
function numbered(values: Float32Array, order: Uint32Array): { codes: Int32Array; distinct: number } {
  const codes = new Int32Array(values.length).fill(-1);
  let distinct = 0;
  let previous = Number.NaN;
  for (let at = 0; at < order.length; at++) {
    const row = order[at] ?? 0;
    const value = values[row] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    if (value !== previous) distinct++;
    previous = value;
    codes[row] = distinct - 1;
  }
  return { codes, distinct };
}

/** The larger the more suspect, or the smaller; rows without a value before all others, or after them. */
function ofNumber(codes: Int32Array, distinct: number, sample: Sample): Association[] {
  const sums = sumsByPlace(codes, distinct, sample);
  // Missing ones first, the values from the least to the greatest, and missing ones last.
  const rising = Uint32Array.from({ length: distinct + 2 }, (_, at) => (at <= distinct ? at : 0));
  const falling = rising.toReversed();
  return [rising, falling].flatMap((places) => [
    figures(places.subarray(0, -1), sums),
    figures(places.subarray(1), sums),
  ]);
}

interface Sums {
  readonly frauds: Float64Array;
  readonly legitimate: Float64Array;
}

/** The weight of the rows of each value; place 0 is that of the missing ones. */
function sumsByPlace(codes: Int32Array, distinct: number, { labels, weights }: Sample): Sums {
  const sums = { frauds: new Float64Array(distinct + 1), legitimate: new Float64Array(distinct + 1) };
  for (let at = 0; at < codes.length; at++) {
    add(labels[at] === 1 ? sums.frauds : sums.legitimate, (codes[at] ?? -1) + 1, weights[at] ?? 0);
  }
  return sums;
}

/**
 * Each value counts as suspect as its share of frauds among the other half of the rows: measured on the rows
 * themselves, every id would tell all. A value that the other half lacks counts as the average.
 */
function ofCategory(codes: Int32Array, values: number, sample: Sample): Association {
  const half = halves(sample.labels);
  const weights = [new Float64Array(values + 1), new Float64Array(values + 1)];
  const frauds = [new Float64Array(values + 1), new Float64Array(values + 1)];
  let all = 0;
  let allFrauds = 0;
  for (let at = 0; at < codes.length; at++) {
    const place = (codes[at] ?? -1) + 1;
    const weight = sample.weights[at] ?? 0;
    const side = half[at] ?? 0;
    add(weights[side], place, weight);
    all += weight;
    if (sample.labels[at] !== 1) continue;
    add(frauds[side], place, weight);
    allFrauds += weight;
  }
  const scores = new Float32Array(codes.length);
  for (let at = 0; at < codes.length; at++) {
    const place = (codes[at] ?? -1) + 1;
    const other = 1 - (half[at] ?? 0);
    const seen = weights[other]?.[place] ?? 0;
    scores[at] = seen > 0 ? (frauds[other]?.[place] ?? 0) / seen : allFrauds / all;
  }
  const ranked = numbered(scores, ascendingOrder(scores));
  const falling = Uint32Array.from({ length: ranked.distinct }, (_, index) => ranked.distinct - index);
  const { rocAuc: area, averagePrecision: precision } = figures(
    falling,
    sumsByPlace(ranked.codes, ranked.distinct, sample),
  );
  return { rocAuc: Math.max(0.5, area), averagePrecision: precision };
}

/** 0 or 1 per row, in turns within each class. */
function halves(labels: Uint8Array): Uint8Array {
  const seen = [0, 0];
  return labels.map((label) => count(seen, label) % 2);
}

/** @param places the most suspect first */
function figures(places: Uint32Array, { frauds, legitimate }: Sums): Association {
  const sums = new Float64Array(2 * places.length);
  for (let at = 0; at < places.length; at++) {
    const place = places[at] ?? 0;
    sums[2 * at] = legitimate[place] ?? 0;
    sums[2 * at + 1] = frauds[place] ?? 0;
  }
  const { roc_auc: rocAuc, average_precision: averagePrecision } = rankingFigures(sums, places.length, 0);
  return { rocAuc, averagePrecision };
}

function count(counts: number[], label: number): number {
  const next = (counts[label] ?? 0) + 1;
  counts[label] = next;
  return next;
}

function add(sums: Float64Array | undefined, place: number, weight: number): void {
  if (sums !== undefined) sums[place] = (sums[place] ?? 0) + weight;
}
