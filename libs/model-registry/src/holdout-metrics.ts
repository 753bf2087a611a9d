import type { MetricName } from '@app/features';

/** How the rows fall when scores from the threshold on are called fraud. */
export interface ConfusionMatrix {
  readonly true_positives: number;
  readonly false_positives: number;
  readonly true_negatives: number;
  readonly false_negatives: number;
}

/** How a version does on rows that its training never saw. All metrics lie in 0–1 but `log_loss`. */
export interface HoldoutMetrics extends Readonly<Record<MetricName, number>> {
  readonly confusion: ConfusionMatrix;
  /** The score (0–100) from which on a row counts as called fraud. */
  readonly threshold: number;
  readonly rows: number;
  readonly frauds: number;
}
