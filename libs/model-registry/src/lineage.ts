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
    readonly method: 'by_time' | 'stratified';
    readonly train_rows: number;
    readonly holdout_rows: number;
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
