import { CALIBRATION_SHARE, HOLDOUT_SHARE, type SplitMethod } from '../splits/split.js';

export const CALIBRATION_METHODS = ['auto', 'platt', 'isotonic', 'none'] as const;
export type CalibrationMethod = (typeof CALIBRATION_METHODS)[number];

/** Everything about a training besides its data set, algorithm, parameters and seed. Stored with the job as JSON. */
export interface TrainingOptions {
  readonly weight_column: string | null;
  readonly entity_column: string | null;
  readonly cost_column: string | null;
  readonly split: {
    /** Null: by time where the model has a time column, else grouped where there are entities, else stratified. */
    readonly method: SplitMethod | null;
    readonly gap_seconds: number;
    readonly calibration_share: number;
    readonly holdout_share: number;
  };
  /** By feature: 1, the probability never falls as the feature rises; −1, it never rises; 0, free. */
  readonly monotone: Readonly<Record<string, number>>;
  readonly sampling: {
    readonly undersample: number | null;
    readonly smote: number | null;
    readonly class_weight: number | 'balanced' | null;
  };
  readonly calibration: CalibrationMethod;
  readonly search: { readonly trials: number; readonly folds: number } | null;
  /** Whether the chosen model is fitted once more on all rows but the holdout. */
  readonly refit: boolean;
}

export const DEFAULT_OPTIONS: TrainingOptions = {
  weight_column: null,
  entity_column: null,
  cost_column: null,
  split: { method: null, gap_seconds: 0, calibration_share: CALIBRATION_SHARE, holdout_share: HOLDOUT_SHARE },
  monotone: {},
  sampling: { undersample: null, smote: null, class_weight: null },
  calibration: 'auto',
  search: null,
  refit: true,
};

/** What a job was asked for; one that was stored before there were options has none. */
export function optionsOf(stored: Partial<TrainingOptions>): TrainingOptions {
  return { ...DEFAULT_OPTIONS, ...stored };
}
