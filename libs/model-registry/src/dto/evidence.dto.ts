import { ApiProperty } from '@nestjs/swagger';
import type { MetricName } from '@app/features';
import type { PromotionEvidence } from '../promotion-evidence.js';
import { type Guard, GUARD_NAMES } from '../promotion-policy.js';
import { PromotionSettingsDto } from './promotion-settings.dto.js';

export class CalibrationErrorsDto {
  /** @example 0.004 */
  challenger!: number;
  /** @example 0.006 */
  champion!: number;
}

/** Both versions on the same holdout rows. */
export class ComparisonDto {
  /** @example "average_precision" */
  metric!: MetricName;
  /** @example 0.842 */
  challenger!: number;
  /** @example 0.811 */
  champion!: number;
  /**
   * How much better the challenger is: above 0 also where less is better.
   * @example 0.031
   */
  gain!: number;
  /**
   * The gain's confidence interval, by a paired bootstrap: low and high.
   * @example [0.012, 0.05]
   */
  @ApiProperty({ type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 2 })
  interval!: [number, number];
  /** @example 0.95 */
  confidence!: number;
  /** @example 1000 */
  resamples!: number;
  /** Expected calibration errors on the holdout, 0–1. */
  calibration_error!: CalibrationErrorsDto;
}

/** One condition of a promotion. */
export class GuardDto {
  /**
   * `mode`: versions are promoted by themselves. `leaks`: no feature nearly equals the label. `simulated_against_real`:
   * what learned from simulated rows does not replace what learned from real ones. `same_features`: as the champion's.
   * `policy`: the decision policy in force can be followed. `min_frauds`: the holdout has enough. `gain`: above `min_improvement`. `interval`: the gain's lies above 0.
   * `calibration`: not much worse than the champion's.
   * @example "gain"
   */
  @ApiProperty({ enum: GUARD_NAMES })
  name!: Guard['name'];
  passed!: boolean;
  /** @example "better: average_precision 0.8420 against the champion's 0.8110 on the same holdout" */
  detail!: string;
}

export class EvidenceHoldoutDto {
  /** @example 4000 */
  rows!: number;
  /** @example 80 */
  frauds!: number;
  /** Of the data set that the holdout is a part of, in hex. */
  dataset_sha256!: string;
}

export class EvidenceDto {
  /** What it took, at the time. */
  settings!: PromotionSettingsDto;
  /** Null where there was no champion that could score. */
  comparison!: ComparisonDto | null;
  /** All conditions that were asked for; a version is promoted where every one is met. */
  guards!: GuardDto[];
  holdout!: EvidenceHoldoutDto;
  /** Features of the training data that nearly equal the label. */
  leaks!: string[];
}

export function toEvidence({ settings, comparison, guards, holdout, leaks }: PromotionEvidence): EvidenceDto {
  return {
    settings: { ...settings },
    comparison: comparison && {
      metric: comparison.metric,
      challenger: comparison.challenger,
      champion: comparison.champion,
      gain: comparison.gain,
      interval: [...comparison.interval],
      confidence: comparison.confidence,
      resamples: comparison.resamples,
      calibration_error: { ...comparison.calibrationError },
    },
    guards: guards.map((guard) => ({ ...guard })),
    holdout: { ...holdout },
    leaks: [...leaks],
  };
}
