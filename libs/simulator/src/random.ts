import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { type RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { skipN } from 'pure-rand/utils/skipN';

/** The generator's first numbers still show the bits of its seed. */
const WARM_UP = 64;

/** Random draws from one seeded source: the same seed gives the same draws in the same order. */
export class Random {
  private readonly source: RandomGenerator;
  private spare: number | undefined;

  /** @param seed A whole number; its lower 32 bits count. */
  constructor(seed: number) {
    this.source = xoroshiro128plus(seed);
    skipN(this.source, WARM_UP);
  }

  /** From 0 up to, but not including, 1. */
  uniform(): number {
    return uniformFloat64(this.source);
  }

  chance(probability: number): boolean {
    return this.uniform() < probability;
  }

  /** A whole number from `from` to `to`, both included. */
  integer(from: number, to: number): number {
    return from + Math.floor(this.uniform() * (to - from + 1));
  }

  /** Mean 0, standard deviation 1, by Marsaglia's polar method, which yields two at a time. */
  normal(): number {
    if (this.spare !== undefined) {
      const spare = this.spare;
      this.spare = undefined;
      return spare;
    }
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      this.spare = y * factor;
      return x * factor;
    }
  }

  /** A normal draw, one in twenty of them three times as wide: heavier tails than a normal distribution has. */
  heavyTailed(): number {
    return this.normal() * (this.chance(0.05) ? 3 : 1);
  }

  /** A positive number with the given median; `spread` is the standard deviation of its logarithm. */
  logNormal(median: number, spread: number): number {
    return median * Math.exp(spread * this.normal());
  }

  /** Successes in `trials` independent tries. */
  binomial(trials: number, probability: number): number {
    let successes = 0;
    for (let trial = 0; trial < trials; trial++) if (this.chance(probability)) successes++;
    return successes;
  }

  /** One of the entries, by their weights, which need not sum to 1. */
  pick<T extends { readonly weight: number }>(entries: readonly [T, ...T[]]): T {
    let left = this.uniform() * entries.reduce((sum, { weight }) => sum + weight, 0);
    for (const entry of entries) {
      left -= entry.weight;
      if (left < 0) return entry;
    }
    return entries[0];
  }

  /** Marks exactly `marked` of `count` places, each choice as likely as any other (Knuth's selection sampling). */
  *marks(count: number, marked: number): Generator<boolean> {
    let open = marked;
    for (let left = count; left > 0; left--) {
      const chosen = this.uniform() * left < open;
      if (chosen) open--;
      yield chosen;
    }
  }
}
