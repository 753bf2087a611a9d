import type { MetricName } from '@app/features';

/** A challenger's and the champion's figure on the same rows, and how sure their difference is. */
export interface PairedComparison {
  readonly metric: MetricName;
  readonly challenger: number;
  readonly champion: number;
  /** How much better the challenger is, in the metric's unit: above 0 where it is, whatever the metric's direction. */
  readonly gain: number;
  /** Confidence interval of the gain, from the same resamples for both. */
  readonly interval: [number, number];
  /** Two-sided: at 0.95 the true gain lies below the interval in 2.5 % of comparisons, and above in as many. */
  readonly confidence: number;
  readonly resamples: number;
  /** The calibration error of each on these rows. */
  readonly calibrationError: { readonly challenger: number; readonly champion: number };
}
