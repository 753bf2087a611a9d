import type { MetricName } from '@app/features';
import type { Promotion, PromotionKind } from '../promotion.entity.js';
import { type EvidenceDto, toEvidence } from './evidence.dto.js';

export class PromotionDto {
  /** @example 7 */
  id!: number;
  /**
   * `comparison`: what a training made of it. `manual`, `rollback`: what a person chose, without figures.
   * @example "comparison"
   */
  kind!: PromotionKind;
  /**
   * The version that was compared or chosen.
   * @example 2
   */
  version!: number;
  /**
   * The champion it was compared with or took over from; null when there was none that could score.
   * @example 1
   */
  champion!: number | null;
  /** Whether the version became champion. */
  promoted!: boolean;
  /** @example "average_precision" */
  metric!: MetricName | null;
  /**
   * The version's figure on the holdout.
   * @example 0.842
   */
  challenger_value!: number | null;
  /**
   * The champion's figure on the same rows; null when there was none that could score.
   * @example 0.811
   */
  champion_value!: number | null;
  /** @example 4000 */
  holdout_rows!: number | null;
  /** @example 80 */
  holdout_frauds!: number | null;
  /** All that was compared; null for what a person chose, or what was compared before this was kept. */
  evidence!: EvidenceDto | null;
  /** @example "better: average_precision 0.8420 against the champion's 0.8110 on the same holdout" */
  reason!: string;
  /** @example "training 5" */
  decided_by!: string;
  created_at!: Date;
}

export function toPromotion(promotion: Promotion): PromotionDto {
  const { version, champion } = promotion;
  if (!version) throw new Error('a promotion was read without its version');
  return {
    id: promotion.id,
    kind: promotion.kind,
    version: version.version,
    champion: champion?.version ?? null,
    promoted: promotion.promoted,
    metric: promotion.metric,
    challenger_value: promotion.challengerValue,
    champion_value: promotion.championValue,
    holdout_rows: promotion.holdoutRows,
    holdout_frauds: promotion.holdoutFrauds,
    evidence: promotion.evidence && toEvidence(promotion.evidence),
    reason: promotion.reason,
    decided_by: promotion.decidedBy,
    created_at: promotion.createdAt,
  };
}
