import type { TrainingTrial } from '../jobs/training-trial.entity.js';

export class TrialDto {
  /**
   * 1, 2, 3… in the order they were tried. The first is what a plain call would train.
   * @example 1
   */
  number!: number;
  /** As tried, what was left out having its default. */
  params!: Record<string, number>;
  /** The model's metric on each fold. */
  values!: number[];
  /** Their mean, which the best trial is chosen by; null for a trial that failed. */
  value!: number | null;
  /** Boosting rounds kept: the median over the folds. */
  rounds!: number | null;
  seconds!: number;
  /** Why it failed. */
  error!: string | null;
}

export function toTrial({ number, params, values, value, rounds, seconds, error }: TrainingTrial): TrialDto {
  return { number, params: { ...params }, values: [...values], value, rounds, seconds, error };
}
