import { ApiExtraModels, ApiProperty } from '@nestjs/swagger';
import type { StoredMetrics } from '../holdout-metrics.js';

/** Rows by truth and call; with row weights, sums of weights. */
export class ConfusionDto {
  /** Frauds called fraud. */
  true_positives!: number;
  /** Others called fraud. */
  false_positives!: number;
  /** Others let through. */
  true_negatives!: number;
  /** Frauds let through. */
  false_negatives!: number;
}

export class PrecisionAtDto {
  /**
   * How many of the highest; a row of weight w counts as w rows.
   * @example 100
   */
  k!: number;
  /**
   * Share of frauds among them, 0–1. More is better.
   * @example 0.61
   */
  precision!: number;
}

export class ReliabilityBinDto {
  /**
   * The least probability in the bin.
   * @example 0.021
   */
  from!: number;
  /**
   * The greatest.
   * @example 0.067
   */
  to!: number;
  /**
   * Mean of the probabilities.
   * @example 0.038
   */
  mean_probability!: number;
  /**
   * Share of frauds, 0–1: of a calibrated model near `mean_probability`.
   * @example 0.041
   */
  fraud_share!: number;
  /** @example 267 */
  rows!: number;
  /**
   * Sum of their weights; `rows` without weights.
   * @example 267
   */
  weight!: number;
}

/** On the holdout, each row counted by its weight. Figures that a version was stored without are null. */
@ApiExtraModels(ReliabilityBinDto, PrecisionAtDto)
export class MetricsDto {
  /**
   * Mean precision over all cut-offs, weighted by the recall each adds, 0–1. The one to watch for rare frauds.
   * @example 0.842
   */
  average_precision!: number;
  /**
   * Chance that a fraud scores above a legitimate row, 0–1; 0.5 is a guess.
   * @example 0.978
   */
  roc_auc!: number;
  /**
   * Kolmogorov–Smirnov: the largest lead of recall over false positive rate at any cut-off, 0–1. More is better.
   * @example 0.86
   */
  ks!: number | null;
  /**
   * The largest recall with no more than 0.1 % of legitimate rows called fraud, 0–1. More is better.
   * @example 0.71
   */
  recall_at_fpr_0_001!: number | null;
  /**
   * The same with no more than 1 %.
   * @example 0.84
   */
  recall_at_fpr_0_01!: number | null;
  /**
   * Share of frauds among what is called fraud, at the threshold.
   * @example 0.93
   */
  precision!: number;
  /**
   * Share of frauds that are called so, at the threshold.
   * @example 0.78
   */
  recall!: number;
  /**
   * Harmonic mean of precision and recall.
   * @example 0.848
   */
  f1!: number;
  /**
   * Share of rows called right.
   * @example 0.998
   */
  accuracy!: number;
  /**
   * Precision among the 100, 500 and 1000 highest, as far as the holdout has rows. Equal probabilities at the end count
   * by their mean.
   */
  @ApiProperty({ type: [PrecisionAtDto], nullable: true })
  precision_at!: PrecisionAtDto[] | null;
  /**
   * Of the 100 customers with the highest scores of a day, the share that was defrauded that day, 0–1; those found are
   * left out on later days. Mean over the days (UTC). More is better; null without an entity and a time column.
   * @example 0.296
   */
  card_precision_at_100!: number | null;
  /**
   * Mean cost of a transaction under the decision policy's costs and cut-offs, in their unit. Less is better; null for a
   * policy without costs.
   * @example 0.42
   */
  expected_cost!: number | null;
  /**
   * Mean negative log-likelihood, in nats. Less is better.
   * @example 0.009
   */
  log_loss!: number;
  /**
   * Mean squared error of the probability, 0–1. Less is better.
   * @example 0.0019
   */
  brier!: number;
  /**
   * Expected calibration error: mean distance of `mean_probability` and `fraud_share` over the bins of `reliability`,
   * 0–1. Less is better.
   * @example 0.0008
   */
  calibration_error!: number | null;
  /** The reliability curve: up to 15 bins of equal weight, lowest probabilities first. */
  @ApiProperty({ type: [ReliabilityBinDto], nullable: true })
  reliability!: ReliabilityBinDto[] | null;
  /** Rows by truth and call, at the threshold. */
  confusion!: ConfusionDto;
  /**
   * The score from which a row counts as called fraud.
   * @example 50
   */
  threshold!: number;
  /**
   * Rows of the holdout.
   * @example 4000
   */
  rows!: number;
  /**
   * Frauds among them.
   * @example 80
   */
  frauds!: number;
  /**
   * Sum of the rows' weights; `rows` without weights.
   * @example 4000
   */
  weight!: number | null;
  /**
   * Sum of the frauds' weights; `frauds` without weights.
   * @example 80
   */
  fraud_weight!: number | null;
  /**
   * 95 % confidence interval of each figure, by bootstrap: the lower and the upper end under the figure's name
   * (`precision_at_100` and so on for `precision_at`). Empty where the holdout has a single fraud or customer with one.
   * @example {"average_precision": [0.771, 0.897]}
   */
  @ApiProperty({
    type: 'object',
    nullable: true,
    additionalProperties: { type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 2 },
  })
  intervals!: Record<string, [number, number]> | null;
}

/** The metrics of a version of any age: null where it was stored without a figure. */
export function toMetrics(stored: StoredMetrics): MetricsDto {
  return {
    ...stored,
    ks: stored.ks ?? null,
    recall_at_fpr_0_001: stored.recall_at_fpr_0_001 ?? null,
    recall_at_fpr_0_01: stored.recall_at_fpr_0_01 ?? null,
    precision_at: stored.precision_at?.map((each) => ({ ...each })) ?? null,
    card_precision_at_100: stored.card_precision_at_100 ?? null,
    expected_cost: stored.expected_cost ?? null,
    calibration_error: stored.calibration_error ?? null,
    reliability: stored.reliability?.map((bin) => ({ ...bin })) ?? null,
    weight: stored.weight ?? null,
    fraud_weight: stored.fraud_weight ?? null,
    intervals: stored.intervals
      ? Object.fromEntries(Object.entries(stored.intervals).map(([name, [low, high]]) => [name, [low, high]]))
      : null,
  };
}
