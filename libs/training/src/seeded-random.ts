import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { type RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { skipN } from 'pure-rand/utils/skipN';

/** The generator's first numbers still show the bits of its seed. */
const WARM_UP = 64;

/**
 * A generator that gives the same numbers for the same seed.
 * @param seed A whole number; its lower 32 bits count.
 * @throws RangeError for a seed that is no whole number
 */
export function seededRandom(seed: number): RandomGenerator {
  if (!Number.isSafeInteger(seed)) throw new RangeError(`The seed must be a whole number, got ${seed}`);
  const random = xoroshiro128plus(seed);
  skipN(random, WARM_UP);
  return random;
}

/** Puts the items in a random order, in place (Fisher–Yates), and gives them back. */
export function shuffle(items: Uint32Array, random: RandomGenerator): Uint32Array {
  for (let position = 0; position < items.length - 1; position++) {
    const other = uniformInt(random, position, items.length - 1);
    const item = items[other] ?? 0;
    items[other] = items[position] ?? 0;
    items[position] = item;
  }
  return items;
}
