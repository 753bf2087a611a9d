import { LOWER_IS_BETTER } from '@app/features';
import {
  applyPolicy,
  type Model,
  type ModelVersion,
  type PolicyVersion,
  type Promotion,
  type ThresholdCurve,
} from '@app/model-registry';
import type { TrainingJob } from '../jobs/training-job.entity.js';
import type { TrainingTrial } from '../jobs/training-trial.entity.js';
import type { ReportComparison, ReportFacts } from './report-facts.js';

/** The rows that tell of a version. */
export interface ReportRows {
  readonly model: Model;
  readonly version: ModelVersion;
  /** Null when it is gone. */
  readonly job: TrainingJob | null;
  /** Of its comparison, with the champion; null when there was none. */
  readonly promotion: Promotion | null;
  /** Null for a version that was stored before this was kept. */
  readonly curve: ThresholdCurve | null;
  /** In force. */
  readonly policy: PolicyVersion;
  readonly trials: readonly TrainingTrial[];
  /** The service's, from which the default policy follows. */
  readonly fraudThreshold: number;
}

/** What the report tells, from what is stored. */
export function reportFactsOf(rows: ReportRows): ReportFacts {
  const { model, version, job, promotion, curve, policy, fraudThreshold } = rows;
  const { definition } = model;
  const { spec } = policy;
  const { cutOffs, unmet } = applyPolicy(spec, curve, fraudThreshold);
  return {
    model: model.name,
    description: definition.description,
    metric: definition.metric,
    lowerIsBetter: LOWER_IS_BETTER.has(definition.metric),
    version: version.version,
    champion: version.isChampion,
    algorithm: version.algorithm,
    trainedAt: version.createdAt,
    training: { id: version.trainingJobId, requestedBy: job?.requestedBy ?? null },
    dataset: version.lineage.dataset,
    split: version.lineage.split,
    calibration: version.lineage.calibration ?? null,
    metrics: version.metrics,
    importances: version.importances,
    curve,
    policy: unmet ? null : { version: policy.version, spec, cutOffs },
    comparison: promotion && comparisonOf(promotion),
    trials: rows.trials.map(({ number, params, value }) => ({ number, params: { ...params }, value })),
  };
}

function comparisonOf(promotion: Promotion): ReportComparison {
  const { evidence } = promotion;
  const comparison = evidence?.comparison;
  return {
    promoted: promotion.promoted,
    reason: promotion.reason,
    at: promotion.createdAt,
    champion: promotion.champion?.version ?? null,
    metric: promotion.metric,
    challengerValue: promotion.challengerValue,
    championValue: promotion.championValue,
    gain: comparison
      ? {
          value: comparison.gain,
          interval: comparison.interval,
          confidence: comparison.confidence,
          minImprovement: evidence.settings.min_improvement,
        }
      : null,
    guards: evidence?.guards ?? [],
  };
}
