import { setImmediate as nextTurn } from 'node:timers/promises';
import { DatasetError } from '../data/dataset-error.js';
import { seededRandom } from '../seeded-random.js';
import { synthesise, type SyntheticRows } from './smote.js';
import { undersample } from './undersample.js';

/** What is done to the rows of the training part, in this order. What is left out or null is not done. */
export interface Sampling {
  /** Legitimate rows to keep per fraud, by weight; above 0. More than there are: all. */
  readonly undersample?: number | null;
  /** Frauds as a share of the legitimate rows, by weight, once synthetic ones are added; above 0 to 1. */
  readonly smote?: number | null;
  /** What a fraud weighs on top of its own weight, above 0; `balanced`: so much that both classes weigh the same. */
  readonly classWeight?: number | 'balanced' | null;
}

/** Rows to train on. */
export interface SampledRows {
  /** Row-major; the kept rows in their order, then the synthetic ones. The given one itself where no row changes. */
  readonly matrix: Float32Array;
  readonly labels: Uint8Array;
  /** null: each row counts 1. */
  readonly weights: Float32Array | null;
  readonly rows: number;
  /** Log-odds to add to the trained model's, so that its probabilities hold for the rows as they were; 0 without. */
  readonly shift: number;
}

/** Rows copied per turn of the event loop. */
const BLOCK_ROWS = 32_768;

/**
 * Undersamples, adds synthetic frauds and weighs, as asked; the same arguments give the same rows.
 *
 * All three multiply the odds of a fraud by a factor f, and a model trained on the result says odds f times too high.
 * Its log-odds are right again with −ln f added: the prior correction of King & Zeng (2001, "Logistic Regression in
 * Rare Events Data"), which for undersampling alone, where 1 / f is the share of the legitimate rows that is kept, is
 * the one of Dal Pozzolo et al. (2015, "Calibrating Probability with Undersampling for Unbalanced Classification").
 * f is taken from the weights before and after.
 *
 * The better the model fits, the truer this is. For SMOTE it is right on average at best, as synthetic frauds also lie
 * where no real ones did, which no constant undoes: calibrate on rows as they are afterwards.
 *
 * @param matrix Row-major, rows × width; NaN is a missing value. @param labels 0 or 1 per row.
 * @param weights One per row, from 0; null: each row counts 1. @param seed A whole number.
 * @throws DatasetError `unusable_split` where a class has no weight; RangeError for a sampling or seed out of range;
 * the signal's reason
 */
export async function sampleTrain(
  matrix: Float32Array,
  width: number,
  labels: Uint8Array,
  weights: Float64Array | null,
  sampling: Sampling,
  seed: number,
  signal?: AbortSignal,
): Promise<SampledRows> {
  checkSampling(sampling);
  const random = seededRandom(seed);
  const weightOf: WeightOf = (row) => (weights === null ? 1 : (weights[row] ?? 0));
  const frauds = rowsOf(1, labels);
  const legitimate = rowsOf(0, labels);
  const before = { frauds: weigh(frauds, weightOf), legitimate: weigh(legitimate, weightOf) };
  if (before.frauds === 0) throw weightless('frauds');
  if (before.legitimate === 0) throw weightless('legitimate rows');

  const { undersample: perFraud, smote, classWeight } = sampling;
  const left = perFraud ? undersample(legitimate, weightOf, perFraud * before.frauds, random) : legitimate;
  const legitimateWeight = weigh(left, weightOf);
  const missing = smote ? Math.round(((smote * legitimateWeight) / before.frauds - 1) * frauds.length) : 0;
  const added = await synthesise(matrix, width, frauds, Math.max(0, missing), random, signal);
  const fraudWeight = before.frauds + weigh(added.parents, weightOf);
  const factor = classWeight === 'balanced' ? legitimateWeight / fraudWeight : (classWeight ?? 1);

  const unchanged = left === legitimate && added.parents.length === 0;
  const kept = left === legitimate ? Uint32Array.from(labels.keys()) : joined(frauds, left).sort();
  const sources = joined(kept, added.parents);
  const sampledLabels = Uint8Array.from(sources, (row) => labels[row] ?? 0);
  return {
    matrix: unchanged ? matrix : await gather(matrix, width, kept, added),
    labels: sampledLabels,
    weights:
      weights === null && factor === 1
        ? null
        : Float32Array.from(sources, (row, index) => weightOf(row) * (sampledLabels[index] === 1 ? factor : 1)),
    rows: sources.length,
    shift: Math.log(before.frauds / before.legitimate) - Math.log((fraudWeight * factor) / legitimateWeight),
  };
}

type WeightOf = (row: number) => number;

function checkSampling({ undersample: perFraud, smote, classWeight }: Sampling): void {
  const positive = (value: number): boolean => value > 0 && value < Infinity;
  if (perFraud != null && !positive(perFraud)) throw new RangeError(`undersample must be above 0, got ${perFraud}`);
  if (smote != null && !(smote > 0 && smote <= 1)) throw new RangeError(`smote must be above 0 to 1, got ${smote}`);
  if (classWeight != null && classWeight !== 'balanced' && !positive(classWeight)) {
    throw new RangeError(`classWeight must be above 0, or balanced, got ${classWeight}`);
  }
}

function rowsOf(label: number, labels: Uint8Array): Uint32Array {
  const rows = new Uint32Array(labels.length);
  let count = 0;
  for (let row = 0; row < labels.length; row++) if (labels[row] === label) rows[count++] = row;
  return rows.slice(0, count);
}

function weigh(rows: Uint32Array, weightOf: WeightOf): number {
  let sum = 0;
  for (let index = 0; index < rows.length; index++) sum += weightOf(rows[index] ?? 0);
  return sum;
}

function joined(one: Uint32Array, other: Uint32Array): Uint32Array {
  const rows = new Uint32Array(one.length + other.length);
  rows.set(one);
  rows.set(other, one.length);
  return rows;
}

async function gather(
  matrix: Float32Array,
  width: number,
  kept: Uint32Array,
  added: SyntheticRows,
): Promise<Float32Array> {
  const gathered = new Float32Array(kept.length * width + added.matrix.length);
  for (let index = 0; index < kept.length; index++) {
    const row = kept[index] ?? 0;
    gathered.set(matrix.subarray(row * width, (row + 1) * width), index * width);
    if (index % BLOCK_ROWS === BLOCK_ROWS - 1) await nextTurn();
  }
  gathered.set(added.matrix, kept.length * width);
  return gathered;
}

function weightless(what: string): DatasetError {
  return new DatasetError(
    'unusable_split',
    `The training part has no ${what} with a weight above 0: send some, or mend the weight column.`,
  );
}
