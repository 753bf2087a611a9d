import type { PairedComparison } from './paired-comparison.js';
import type { Guard } from './promotion-policy.js';
import type { PromotionSettings } from './promotion-settings.js';

/** Everything a promotion was decided on, as the ledger keeps it. */
export interface PromotionEvidence {
  /** As they were. */
  readonly settings: PromotionSettings;
  /** Null where there was no champion that could score. */
  readonly comparison: PairedComparison | null;
  readonly guards: readonly Guard[];
  readonly holdout: {
    readonly rows: number;
    readonly frauds: number;
    /** Of the data set it is a part of. */
    readonly dataset_sha256: string;
  };
  /** Features that nearly equal the label. */
  readonly leaks: readonly string[];
}
