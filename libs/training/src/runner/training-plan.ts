import type { CutOffs, ModelDefinition } from '@app/features';
import type { ThresholdCurve } from '@app/model-registry';
import type { Algorithm, TrainingParams } from '@app/xgboost';
import type { TrainingOptions } from '../jobs/training-options.js';
import type { CostModel } from '../metrics/row-costs.js';
import type { Trial } from '../search/run-search.js';

/** What to train, and how. */
export interface TrainingPlan {
  readonly definition: ModelDefinition;
  readonly algorithm: Algorithm;
  readonly params: TrainingParams;
  readonly options: TrainingOptions;
  readonly seed: number;
  readonly threads: number;
  /** The score from which a row counts as called fraud in the metrics. */
  readonly threshold: number;
  /** The cut-offs that the model's policy comes to on the calibration part. */
  readonly cutOffs: (curve: ThresholdCurve) => CutOffs;
  /** The column of the data that says what a fraud costs; null: none does. */
  readonly costColumn: string | null;
  /** What wrong decisions cost; null where the policy does not say. */
  readonly costs: { readonly column: string | null; readonly model: CostModel } | null;
}

export interface TrainingHooks {
  readonly onSearching: () => void;
  readonly onTrial: (trial: Trial) => Promise<void>;
  readonly onTraining: () => void;
  /** The share of the stage that is done, 0 to 1. */
  readonly onProgress: (fraction: number) => void;
  readonly onEvaluating: () => void;
  readonly signal: AbortSignal;
}
