import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { type RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { skipN } from 'pure-rand/utils/skipN';
import { checkHoldoutShare, type Split, splitByMark } from './split.js';

/** The generator's first numbers still show the bits of its seed. */
const WARM_UP = 64;

/**
 * Holds out the given share of the frauds and of the legitimate rows, drawn at random: the same labels, share and
 * seed give the same split. Of a class with two rows or more each part gets one at least; a single row is trained on.
 *
 * @param labels 0 or 1 per row. @param seed A whole number; its lower 32 bits count.
 * @throws RangeError for a share outside 0–1, a seed that is no whole number, or a label that is not 0/1.
 */
export function stratifiedSplit(labels: ArrayLike<number>, holdoutShare: number, seed: number): Split {
  checkHoldoutShare(holdoutShare);
  if (!Number.isSafeInteger(seed)) throw new RangeError(`The seed must be a whole number, got ${seed}`);
  const random = xoroshiro128plus(seed);
  skipN(random, WARM_UP);
  const heldOut = new Uint8Array(labels.length);
  const classes = [rowsOf(0, labels), rowsOf(1, labels)];
  const counted = classes.reduce((sum, rows) => sum + rows.length, 0);
  if (counted !== labels.length) throw new RangeError(`${labels.length - counted} labels are neither 0 nor 1`);
  for (const rows of classes) {
    const wanted = Math.max(Math.round(rows.length * holdoutShare), 1);
    for (const row of draw(rows, Math.min(wanted, rows.length - 1), random)) heldOut[row] = 1;
  }
  return splitByMark(heldOut);
}

function rowsOf(label: number, labels: ArrayLike<number>): Uint32Array {
  const rows = new Uint32Array(labels.length);
  let count = 0;
  for (let row = 0; row < labels.length; row++) if (labels[row] === label) rows[count++] = row;
  return rows.subarray(0, count);
}

/** `count` of the rows (none if it is not positive), by the first steps of a Fisher–Yates shuffle in place. */
function draw(rows: Uint32Array, count: number, random: RandomGenerator): Uint32Array {
  for (let position = 0; position < count; position++) {
    const other = uniformInt(random, position, rows.length - 1);
    const row = rows[other] ?? 0;
    rows[other] = rows[position] ?? 0;
    rows[position] = row;
  }
  return rows.subarray(0, Math.max(count, 0));
}
