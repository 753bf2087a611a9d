import { type RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { nextTurn } from '../next-turn.js';
import { seededRandom } from '../seeded-random.js';
import type { MeasuredRows } from './measured-rows.js';

/** Rows drawn between two turns of the event loop: some 20 ms. */
const ROWS_PER_TURN = 1_000_000;

/** What is drawn as a whole: a row, or all rows of an entity. Those without a fraud come first. */
export interface Units {
  /** The unit of each row. */
  readonly ofRows: Uint32Array;
  readonly legitimate: number;
  /** Units with one fraud at least. */
  readonly fraudulent: number;
}

export function unitsOf({ labels, entities }: Pick<MeasuredRows, 'labels' | 'entities'>): Units {
  const ofRows = entities ? denseCodes(entities) : Uint32Array.from(labels, (_, row) => row);
  const fraudulent = new Uint8Array(labels.length);
  let units = 0;
  for (let row = 0; row < labels.length; row++) {
    const unit = ofRows[row] ?? 0;
    if (labels[row] === 1) fraudulent[unit] = 1;
    if (unit >= units) units = unit + 1;
  }
  let frauds = 0;
  for (let unit = 0; unit < units; unit++) frauds += fraudulent[unit] ?? 0;
  const numbers = new Uint32Array(units);
  let nextFraud = units - frauds;
  let nextLegitimate = 0;
  for (let unit = 0; unit < units; unit++) numbers[unit] = fraudulent[unit] === 1 ? nextFraud++ : nextLegitimate++;
  for (let row = 0; row < ofRows.length; row++) ofRows[row] = numbers[ofRows[row] ?? 0] ?? 0;
  return { ofRows, legitimate: units - frauds, fraudulent: frauds };
}

/** How many resamples to draw of so many rows: 1000, of more than 24,000 rows fewer, but 200 at least. */
export function defaultResamples(rows: number): number {
  return Math.min(1_000, Math.max(200, Math.floor(24_000_000 / rows)));
}

/** Units of the rarer kind: frauds, mostly. Their number says how far the resamples can be trusted. */
export function scarceUnits({ legitimate, fraudulent }: Units): number {
  return Math.min(legitimate, fraudulent);
}

/**
 * Calls `measure` with the drawn number of each unit, as often as asked for: the bootstrap. Units with and without a
 * fraud are drawn apart, each as many as there are: the share of frauds belongs to the data and not to the model, and
 * a resample without any frauds would say nothing. The same seed draws the same.
 *
 * @throws the signal's reason
 */
export async function resample(
  units: Units,
  { resamples, seed, signal }: { resamples: number; seed: number; signal?: AbortSignal | undefined },
  measure: (counts: Uint16Array, index: number) => void,
): Promise<void> {
  const random = seededRandom(seed);
  const counts = new Uint16Array(units.legitimate + units.fraudulent);
  let drawnRows = 0;
  for (let index = 0; index < resamples; index++) {
    signal?.throwIfAborted();
    counts.fill(0);
    draw(counts, 0, units.legitimate, random);
    draw(counts, units.legitimate, units.fraudulent, random);
    measure(counts, index);
    drawnRows += units.ofRows.length;
    if (drawnRows < ROWS_PER_TURN) continue;
    drawnRows = 0;
    await nextTurn();
  }
}

/** Draws `size` of the `size` units from `start` on, with replacement. */
function draw(counts: Uint16Array, start: number, size: number, random: RandomGenerator): void {
  const scale = size / 2 ** 32;
  for (let drawn = 0; drawn < size; drawn++) {
    // uniformInt would be exact, and three times as slow; this is out by less than size / 2³² of a unit's chance.
    const unit = start + Math.floor((random.next() >>> 0) * scale);
    counts[unit] = (counts[unit] ?? 0) + 1;
  }
}

function denseCodes(codes: Int32Array): Uint32Array {
  const numbers = new Map<number, number>();
  const dense = new Uint32Array(codes.length);
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row] ?? 0;
    let number = numbers.get(code);
    if (number === undefined) numbers.set(code, (number = numbers.size));
    dense[row] = number;
  }
  return dense;
}
