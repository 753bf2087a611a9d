import type { CutOffs, DecisionPolicy } from '@app/features';
import type { Guard, StoredMetrics, ThresholdCurve } from '@app/model-registry';

/** A figure's 95 % interval: its lower and its upper end. */
export type ReportInterval = readonly [low: number, high: number];

/** The holdout's figures that the report tells, as a version of any age has them. */
export type ReportMetrics = Omit<StoredMetrics, 'accuracy' | 'log_loss' | 'brier' | 'confusion'>;

export interface ReportPolicy {
  readonly version: number;
  readonly spec: DecisionPolicy;
  readonly cutOffs: CutOffs;
}

/** What the ledger keeps of a version's comparison with the champion of its day. */
export interface ReportComparison {
  readonly promoted: boolean;
  readonly reason: string;
  readonly at: Date;
  /** The champion's version; null when there was none that could score. */
  readonly champion: number | null;
  readonly metric: string | null;
  readonly challengerValue: number | null;
  readonly championValue: number | null;
  /** Null for a comparison that was stored before it was kept, or without a champion. */
  readonly gain: {
    readonly value: number;
    readonly interval: ReportInterval;
    /** 0–1. */
    readonly confidence: number;
    readonly minImprovement: number;
  } | null;
  readonly guards: readonly (Omit<Guard, 'name'> & { readonly name: string })[];
}

export interface ReportTrial {
  readonly number: number;
  readonly params: Readonly<Record<string, number>>;
  /** Mean over the folds; null for a trial that failed. */
  readonly value: number | null;
}

/** All that the report on a version tells. */
export interface ReportFacts {
  readonly model: string;
  readonly description: string;
  /** The figure that promotions and searches go by. */
  readonly metric: string;
  /** Whether less of that figure is better. */
  readonly lowerIsBetter: boolean;
  readonly version: number;
  readonly champion: boolean;
  readonly algorithm: string;
  readonly trainedAt: Date;
  readonly training: { readonly id: number; readonly requestedBy: string | null };
  readonly dataset: {
    readonly source: string;
    /** In hex. */
    readonly sha256: string;
    readonly simulated: boolean;
    readonly rows: number;
    readonly frauds: number;
  };
  readonly split: {
    readonly method: string;
    readonly train_rows: number;
    readonly calibration_rows?: number | null;
    readonly holdout_rows: number;
    readonly dropped_rows?: number | null;
  };
  /** Null for a version that was stored before there was calibration. */
  readonly calibration: { readonly method: string } | null;
  readonly metrics: ReportMetrics;
  /** Share of each feature in what the model gained; sums to 1. */
  readonly importances: Readonly<Record<string, number>>;
  /** Null for an older version. */
  readonly curve: ThresholdCurve | null;
  /** The policy in force; null where the version has no curve for it. */
  readonly policy: ReportPolicy | null;
  /** Null where nothing was compared. */
  readonly comparison: ReportComparison | null;
  /** In the order they were tried; empty without a search. */
  readonly trials: readonly ReportTrial[];
}
