import { type RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { shuffle } from '../seeded-random.js';

/**
 * Some of the rows, drawn at random without looking at what they hold: as many as it takes to weigh `target`, the last
 * one being kept if that comes nearer to it; one with a weight at least. All of them where they weigh less.
 *
 * @returns Row numbers, ascending where `rows` are; `rows` itself where all are kept.
 */
export function undersample(
  rows: Uint32Array,
  weightOf: (row: number) => number,
  target: number,
  random: RandomGenerator,
): Uint32Array {
  const shuffled = shuffle(rows.slice(), random);
  let sum = 0;
  for (let index = 0; index < shuffled.length; index++) {
    const weight = weightOf(shuffled[index] ?? 0);
    if (sum + weight < target) {
      sum += weight;
      continue;
    }
    const over = sum + weight - target;
    const kept = sum > 0 && over > target - sum ? index : index + 1;
    return kept === rows.length ? rows : shuffled.slice(0, kept).sort();
  }
  return rows;
}
