import type { Feature } from '@app/features';

/** Everything it takes to train a version again, byte for byte. */
export interface Lineage {
  readonly dataset: {
    readonly id: string;
    readonly sha256: string;
    readonly source: string;
    /** Made by the simulator, or declared so at its upload. */
    readonly simulated: boolean;
    readonly rows: number;
    readonly frauds: number;
  };
  readonly features: readonly Feature[];
  readonly split: {
    readonly method: 'by_time' | 'grouped' | 'stratified';
    readonly train_rows: number;
    /** Missing in a version that was stored before there was such a part. */
    readonly calibration_rows?: number;
    readonly holdout_rows: number;
    /** Left out between two parts: their labels were not known yet. */
    readonly dropped_rows?: number;
  };
  /** How the training was asked for besides `params` and `seed`; missing as above. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Boosting rounds, trees of a forest or passes of a regression that the artefact holds; missing as above. */
  readonly rounds?: number;
  /** How its probabilities were calibrated; missing as above. */
  readonly calibration?: {
    readonly method: string;
    /** Mean log loss of each candidate on rows it was not fitted on. */
    readonly log_loss: Readonly<Record<string, number>>;
  };
  /** As used, defaults filled in. */
  readonly params: Readonly<Record<string, number>>;
  readonly seed: number;
  readonly threads: number;
  readonly libraries: Readonly<Record<string, string>>;
  /** Seconds per stage. */
  readonly seconds: Readonly<Record<string, number>>;
  /** Largest difference between ONNX Runtime's and XGBoost's probabilities on the holdout. */
  readonly export_difference: number;
}
