import type { Algorithm, Booster, TrainingParams, Xgboost } from '@app/xgboost';
import { type Sampling, sampleTrain } from '../sampling/sample-train.js';
import type { Part } from './parts.js';

const VALUES_PER_THREAD = 500_000;

/** What all fits of one training have in common. */
export interface FitPlan {
  readonly xgboost: Xgboost;
  readonly algorithm: Algorithm;
  readonly width: number;
  /** Per input −1, 0 or 1; null: free. */
  readonly monotone: Int8Array | null;
  readonly sampling: Sampling;
  readonly seed: number;
  /** At the most. */
  readonly threads: number;
  readonly signal: AbortSignal;
}

export interface Fit {
  readonly booster: Booster;
  /** Log-odds to add to what the booster says: undoes what sampling and class weights did to the share of frauds. */
  readonly shift: number;
}

/**
 * Balances the rows to train on and trains. The validation part is left as it is.
 * @param onProgress the share that is done, 0–1
 * @throws XgboostError, the signal's reason
 */
export async function fit(
  plan: FitPlan,
  params: TrainingParams,
  part: Part,
  validation: Part | null,
  onProgress: (fraction: number) => void,
): Promise<Fit> {
  const { xgboost, algorithm, width, monotone, seed, threads, signal } = plan;
  const sampled = await sampleTrain(part.matrix, width, part.labels, part.weights, plan.sampling, seed, signal);
  const booster = await xgboost.train({
    algorithm,
    matrix: sampled.matrix,
    rows: sampled.rows,
    width,
    labels: sampled.labels,
    weights: ofMeanOne(sampled.weights),
    monotone,
    validation: validation && { ...validation, weights: ofMeanOne(asBalanced(validation, sampled.shift)) },
    params,
    seed,
    threads: threadsFor(sampled.rows, width, threads),
    onProgress,
    signal,
  });
  return { booster, shift: sampled.shift - Math.log(params.scale_pos_weight ?? 1) };
}

/** The weights of rows as if they had been balanced as the training's were: or their log loss would not fit the model's. */
function asBalanced({ labels, weights }: Part, shift: number): ArrayLike<number> | null {
  if (shift === 0) return weights;
  const fraud = Math.exp(-shift);
  return Float64Array.from(labels, (label, row) => (weights?.[row] ?? 1) * (label === 1 ? fraud : 1));
}

/**
 * Threads that are worth their while. On few values they wait for one another longer than they work: where something
 * else has one of the cores, four of them took eight times as long as one for 16,000 rows of 30 inputs.
 */
function threadsFor(rows: number, width: number, most: number): number {
  return Math.min(most, Math.max(1, Math.floor((rows * width) / VALUES_PER_THREAD)));
}

/**
 * Scaled so that a row counts 1 on the average: the least weight of a leaf and the penalties are absolute, and whether a
 * file says 10 and 1 or 100 and 10 must not matter.
 */
function ofMeanOne(weights: ArrayLike<number> | null): Float32Array | null {
  if (!weights) return null;
  let sum = 0;
  for (let row = 0; row < weights.length; row++) sum += weights[row] ?? 0;
  const scale = sum > 0 ? weights.length / sum : 1;
  return Float32Array.from(weights, (weight) => weight * scale);
}
