import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { seededRandom } from '../../seeded-random.js';

/** Numbers of a standard normal distribution, by Box and Muller; the same seed draws the same. */
export function normals(seed: number): () => number {
  const random = seededRandom(seed);
  return () => Math.sqrt(-2 * Math.log(1 - uniformFloat64(random))) * Math.cos(2 * Math.PI * uniformFloat64(random));
}

export interface ScoredRows {
  readonly labels: Uint8Array;
  readonly first: Float32Array;
  readonly second: Float32Array;
}

/**
 * Two calibrated models of the same rows that agree in part (correlation 0.7). Frauds, the first rows, lie 2.5 standard
 * deviations above the others; `lead` is how much further the first model places them.
 */
export function drawnScores(frauds: number, legitimate: number, seed: number, lead = 0): ScoredRows {
  const normal = normals(seed);
  const rows = frauds + legitimate;
  const [first, second] = [new Float32Array(rows), new Float32Array(rows)];
  const labels = new Uint8Array(rows).fill(1, 0, frauds);
  for (let row = 0; row < rows; row++) {
    const shared = Math.sqrt(0.7) * normal() + (row < frauds ? 2.5 : 0);
    first[row] = probability(shared + Math.sqrt(0.3) * normal() + (row < frauds ? lead : 0), frauds / legitimate);
    second[row] = probability(shared + Math.sqrt(0.3) * normal(), frauds / legitimate);
  }
  return { labels, first, second };
}

/** By Bayes: of two normal distributions 2.5 apart, with the odds of a fraud as they are. */
function probability(place: number, odds: number): number {
  return 1 / (1 + Math.exp(-(2.5 * place - 2.5 ** 2 / 2)) / odds);
}
