import { DatasetError } from '../data/dataset-error.js';
import { nearestBoundary, sortedTimes } from './cut-by-time.js';
import { dealRows } from './deal-rows.js';
import { type SplitData, type SplitMethod, whatLacks } from './split.js';

/** Row numbers, ascending: one turn of a validation. */
export interface Fold {
  readonly train: Uint32Array;
  readonly validation: Uint32Array;
}

export interface FoldOptions {
  readonly method: SplitMethod;
  /** Folds to make, from 2. */
  readonly count: number;
  /** By time only: seconds before each validation part whose rows are not trained on. From 0. */
  readonly gap: number;
  /** A whole number. Not used by time. */
  readonly seed: number;
}

/** Fewer say too little about chance. */
const MIN_FOLDS = 2;

/** As many parts as fit their numbers in a byte, less the one that prequential folds only train on. */
const MAX_FOLDS = 254;

/**
 * The folds of a search, over the rows of the training part alone.
 *
 * `by_time`: prequential (Dawid 1984). The rows are cut into `count` + 1 blocks of about the same number of rows,
 * instants kept whole; each block but the first is validated by what was known before it, less the gap. `grouped`,
 * `stratified`: k-fold; each row is validated once. A fold that has not both classes on both sides is left out.
 *
 * @param rows Row numbers, ascending.
 * @throws DatasetError `unusable_split` for fewer than two folds that can be used; RangeError for options out of range
 */
export function folds(data: SplitData, rows: Uint32Array, options: FoldOptions): Fold[] {
  const { method, count, gap } = options;
  if (!(Number.isInteger(count) && count >= MIN_FOLDS && count <= MAX_FOLDS)) {
    throw new RangeError(`The number of folds must be a whole number from ${MIN_FOLDS} to ${MAX_FOLDS}, got ${count}`);
  }
  if (!(gap >= 0 && gap < Infinity)) throw new RangeError(`The gap must be a number of seconds from 0, got ${gap}`);
  const all = method === 'by_time' ? prequential(data, rows, count, gap) : kFold(data, rows, options);
  const usable = all.filter(
    ({ train, validation }) => whatLacks(data, train) === null && whatLacks(data, validation) === null,
  );
  if (usable.length < MIN_FOLDS) throw tooFew(method, usable.length, gap);
  return usable;
}

function prequential({ times }: SplitData, rows: Uint32Array, count: number, gap: number): Fold[] {
  if (times === null) throw new RangeError('Folds by time need times');
  const starts = blockStarts(sortedTimes(times, rows), count);
  const timeOf = (row: number): number => times[row] ?? NaN;
  return starts.map((start, index) => {
    const end = starts[index + 1];
    return {
      train: rows.filter((row) => timeOf(row) < start - gap),
      validation: rows.filter((row) => timeOf(row) >= start && (end === undefined || timeOf(row) < end)),
    };
  });
}

/** The times at which the blocks but the first begin, ascending, each once. */
function blockStarts(sorted: Float64Array, count: number): number[] {
  const starts = new Set<number>();
  for (let block = 1; block <= count; block++) {
    const boundary = nearestBoundary(sorted, Math.floor((sorted.length * block) / (count + 1)));
    if (boundary !== null) starts.add(sorted[boundary] ?? NaN);
  }
  return [...starts];
}

function kFold({ labels, entities }: SplitData, rows: Uint32Array, { method, count, seed }: FoldOptions): Fold[] {
  if (method === 'grouped' && entities === null) throw new RangeError('Folds by entity need entities');
  const shares = Array.from({ length: count }, () => 1 / count);
  const parts = dealRows(labels, method === 'grouped' ? entities : null, rows, shares, seed);
  return parts.map((validation) => {
    const heldOut = new Uint8Array(labels.length);
    for (let index = 0; index < validation.length; index++) heldOut[validation[index] ?? 0] = 1;
    return { train: rows.filter((row) => heldOut[row] === 0), validation };
  });
}

function tooFew(method: SplitMethod, usable: number, gap: number): DatasetError {
  const fix = {
    by_time: `send a longer period, or ask for fewer folds${gap > 0 ? ', a shorter gap' : ''} or a stratified split`,
    grouped: 'send more entities with frauds, or ask for a stratified split',
    stratified: 'send more frauds and legitimate rows',
  }[method];
  return new DatasetError(
    'unusable_split',
    `A search needs at least ${MIN_FOLDS} folds of the training part with frauds and legitimate rows on both sides; ` +
      `there ${usable === 1 ? 'is 1' : 'are none'}: ${fix}, or train without a search.`,
  );
}
