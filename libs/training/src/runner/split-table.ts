import { DatasetError } from '../data/dataset-error.js';
import { dealRows } from '../splits/deal-rows.js';
import { splitByTime } from '../splits/split-by-time.js';
import {
  type Parts,
  type Split,
  type SplitData,
  type SplitMethod,
  type SplitOptions,
  whatLacks,
} from '../splits/split.js';

/**
 * Parts a table for training, calibration and the holdout; each part has frauds and legitimate rows that
 * weigh something. The same table
 * and options give the same parts.
 * @throws DatasetError `unusable_split` when the table has not what the method goes by, or a part lacks a class;
 * RangeError for shares, a gap or a seed out of range
 */
export function splitTable(data: SplitData, options: SplitOptions): Split {
  checkOptions(options);
  const method = options.method ?? defaultMethod(data);
  const parts = partition(method, data, options);
  for (const part of ['train', 'calibration', 'holdout'] as const) {
    const lacks = whatLacks(data, parts[part]);
    if (lacks !== null) throw unusable(method, part, parts[part].length, lacks, options.gap);
  }
  return { method, ...parts };
}

function checkOptions({ calibrationShare, holdoutShare, gap }: SplitOptions): void {
  if (!(calibrationShare > 0 && holdoutShare > 0 && calibrationShare + holdoutShare < 1)) {
    throw new RangeError(
      `The shares must lie above 0 and together below 1, got ${calibrationShare} to calibrate, ${holdoutShare} to hold out`,
    );
  }
  if (!(gap >= 0 && gap < Infinity)) throw new RangeError(`The gap must be a number of seconds from 0, got ${gap}`);
}

function defaultMethod({ times, entities }: SplitData): SplitMethod {
  if (times !== null) return 'by_time';
  return entities !== null ? 'grouped' : 'stratified';
}

function partition(method: SplitMethod, { labels, times, entities }: SplitData, options: SplitOptions): Parts {
  if (method === 'by_time') {
    if (times === null) throw without('by time', 'a time column');
    return splitByTime(times, options);
  }
  if (method === 'grouped' && entities === null) throw without('by entity', 'an entity column');
  const { calibrationShare, holdoutShare, seed } = options;
  const shares = [1 - calibrationShare - holdoutShare, calibrationShare, holdoutShare];
  const groups = method === 'grouped' ? entities : null;
  const none = new Uint32Array(0);
  const [train = none, calibration = none, holdout = none] = dealRows(
    labels,
    groups,
    Uint32Array.from(labels.keys()),
    shares,
    seed,
  );
  return { train, calibration, holdout, dropped: 0 };
}

function without(how: string, column: string): DatasetError {
  return new DatasetError('unusable_split', `A split ${how} needs ${column}: name one, or ask for another method.`);
}

const PARTS = { train: 'the training part', calibration: 'the calibration part', holdout: 'the holdout' };

const METHODS: Readonly<Record<SplitMethod, string>> = {
  by_time: 'Split by time',
  grouped: 'Split by entity',
  stratified: 'Split at random',
};

function unusable(
  method: SplitMethod,
  part: keyof typeof PARTS,
  rows: number,
  lacks: string,
  gap: number,
): DatasetError {
  const has = rows === 0 ? lacks : `${lacks} in its ${rows === 1 ? 'only row' : `${rows} rows`}`;
  return new DatasetError(
    'unusable_split',
    `${METHODS[method]}, ${PARTS[part]} has ${has}. All three parts need frauds and legitimate rows: ${fix(method, part, gap)}.`,
  );
}

function fix(method: SplitMethod, part: keyof typeof PARTS, gap: number): string {
  const share = part === 'train' ? 'smaller shares for the other two' : 'a larger share for this one';
  switch (method) {
    case 'by_time':
      return `send a longer period, or ask for ${gap > 0 ? 'a shorter gap, ' : ''}${share} or a stratified split`;
    case 'grouped':
      return `send more entities with frauds and without, at least three of each, or ask for ${share} or a stratified split`;
    case 'stratified':
      return `send at least three of each`;
  }
}
