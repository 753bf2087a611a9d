import type { MetricName } from '@app/features';

/** Sums of weights (rows, where none are weighted) when scores from the threshold on are called fraud. */
export interface ConfusionMatrix {
  readonly true_positives: number;
  readonly false_positives: number;
  readonly true_negatives: number;
  readonly false_negatives: number;
}

/** Share of frauds among the `k` highest; a row of weight w stands for w rows. */
export interface PrecisionAt {
  readonly k: number;
  readonly precision: number;
}

/** Rows of neighbouring probabilities: what was foretold, and what came. */
export interface ReliabilityBin {
  /** The least probability in the bin. */
  readonly from: number;
  /** The greatest. */
  readonly to: number;
  readonly mean_probability: number;
  readonly fraud_share: number;
  readonly rows: number;
  readonly weight: number;
}

/** A figure's 95 % confidence interval: its lower and its upper end. */
export type Interval = readonly [low: number, high: number];

/**
 * How a version does on rows that its training never saw. Every figure counts rows by their weight. All lie in 0–1 but
 * `log_loss` (nats) and `expected_cost` (money).
 */
export interface HoldoutMetrics extends Readonly<Record<MetricName, number>> {
  /** For those of 100, 500 and 1000 that the holdout has rows for. */
  readonly precision_at: readonly PrecisionAt[];
  /** Null without an entity or a time column. */
  readonly card_precision_at_100: number | null;
  /** Mean per transaction. Null without a cost model and cut-offs. */
  readonly expected_cost: number | null;
  readonly reliability: readonly ReliabilityBin[];
  readonly confusion: ConfusionMatrix;
  /** The score (0–100) from which on a row counts as called fraud. */
  readonly threshold: number;
  readonly rows: number;
  readonly frauds: number;
  /** Sum of the rows' weights. */
  readonly weight: number;
  /** Sum of the frauds' weights. */
  readonly fraud_weight: number;
  /** By the figure's name, those of `precision_at` as `precision_at_100` and so on. */
  readonly intervals: Readonly<Record<string, Interval>>;
}

/** Figures that came later: versions stored before do not have them. */
type LaterFigure =
  | 'ks'
  | 'recall_at_fpr_0_001'
  | 'recall_at_fpr_0_01'
  | 'calibration_error'
  | 'precision_at'
  | 'card_precision_at_100'
  | 'expected_cost'
  | 'reliability'
  | 'weight'
  | 'fraud_weight'
  | 'intervals';

/** Metrics as a version of any age has them. */
export type StoredMetrics = Omit<HoldoutMetrics, LaterFigure> & Partial<Pick<HoldoutMetrics, LaterFigure>>;
