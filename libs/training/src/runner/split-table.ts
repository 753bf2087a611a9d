import { DatasetError } from '../data/dataset-error.js';
import type { LabelledTable } from '../data/read-table.js';
import { splitByTime } from '../splits/split-by-time.js';
import { HOLDOUT_SHARE, type Split } from '../splits/split.js';
import { stratifiedSplit } from '../splits/stratified-split.js';

/** By time where the model names a time column, else at random with the same share of frauds on both sides. */
export function splitTable({ labels, times }: LabelledTable, seed: number): Split {
  const split = times ? splitByTime(times) : stratifiedSplit(labels, HOLDOUT_SHARE, seed);
  const frauds = { train: countFrauds(labels, split.train), holdout: countFrauds(labels, split.holdout) };
  for (const part of ['train', 'holdout'] as const) {
    const rows = split[part].length;
    if (rows > 0 && frauds[part] > 0 && frauds[part] < rows) continue;
    const which = part === 'train' ? 'earliest four fifths' : 'latest fifth';
    const lacks = rows === 0 ? 'no rows' : frauds[part] === 0 ? 'no frauds' : 'nothing but frauds';
    throw new DatasetError(
      'unusable_split',
      `By time, the ${which} of the rows, for ${part === 'train' ? 'training' : 'the holdout'}, has ${lacks}: ` +
        'send a longer period, so that both parts hold frauds and legitimate rows.',
    );
  }
  return split;
}

function countFrauds(labels: Uint8Array, rows: Uint32Array): number {
  return rows.reduce((frauds, row) => frauds + (labels[row] ?? 0), 0);
}
