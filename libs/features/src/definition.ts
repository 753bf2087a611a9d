import type { GivenPolicy } from './decision-policy.js';

/** How a feature's values are read: a finite number, one of a set of texts, or true/false (also 0/1). */
export type FeatureType = 'number' | 'category' | 'boolean';

export const FEATURE_TYPES: readonly FeatureType[] = ['number', 'category', 'boolean'];

/** One input of a model. */
export interface Feature {
  readonly name: string;
  readonly type: FeatureType;
  /** A nullable feature may be absent or null; the model then sees "missing". */
  readonly nullable: boolean;
  readonly description?: string;
}

/** Holdout figures that can decide a promotion. Better when higher, but those of {@link LOWER_IS_BETTER}. */
export type MetricName =
  | 'average_precision'
  | 'roc_auc'
  | 'ks'
  | 'recall_at_fpr_0_001'
  | 'recall_at_fpr_0_01'
  | 'f1'
  | 'precision'
  | 'recall'
  | 'accuracy'
  | 'log_loss'
  | 'brier'
  | 'calibration_error';

export const METRIC_NAMES: readonly MetricName[] = [
  'average_precision',
  'roc_auc',
  'ks',
  'recall_at_fpr_0_001',
  'recall_at_fpr_0_01',
  'f1',
  'precision',
  'recall',
  'accuracy',
  'log_loss',
  'brier',
  'calibration_error',
];

/** Metrics where less is better. */
export const LOWER_IS_BETTER: ReadonlySet<MetricName> = new Set(['log_loss', 'brier', 'calibration_error']);

/** How much better `a` is than `b` by the metric, whatever its direction: above 0 where it is better. */
export function gainOf(metric: MetricName, a: number, b: number): number {
  return LOWER_IS_BETTER.has(metric) ? b - a : a - b;
}

/** Whether `a` is the better figure of the metric; equal ones are not, nor is NaN. */
export function isBetter(metric: MetricName, a: number, b: number): boolean {
  return gainOf(metric, a, b) > 0;
}

/** A model as its users know it: what goes in, what it learns from, how its score becomes a decision. */
export interface ModelDefinition {
  readonly name: string;
  readonly description: string;
  readonly features: readonly Feature[];
  /** The column of a training data set that says what a transaction turned out to be: 0 or 1. */
  readonly label: string;
  /** Orders a training data set: the latest rows become the holdout. Null: a stratified split. */
  readonly timeColumn: string | null;
  /** Columns that may come with a transaction and are recorded with its decision, but are never an input. */
  readonly carried: readonly string[];
  readonly metric: MetricName;
  /** The model's first decision policy. */
  readonly policy: GivenPolicy;
}

/** What is wrong with one field of a body; `path` is the field's name, "" for the body itself. */
export interface FieldError {
  readonly path: string;
  readonly message: string;
}

/**
 * How a transaction differs from the training data: a category that training never saw, a value outside the least and
 * the greatest it saw, or one more than 3 standard deviations from its mean.
 */
export type WarningCode = 'unknown_category' | 'out_of_range' | 'far_from_mean';

/** Something a decision was made in spite of; the decision stands. */
export interface ScoringWarning {
  readonly code: WarningCode;
  readonly feature: string;
  readonly message: string;
}

/** One column of a data set, of the type its feature names. Missing: NaN, or code -1. */
export type TableColumn =
  | { readonly type: 'number' | 'boolean'; readonly values: Float32Array }
  | { readonly type: 'category'; readonly codes: Int32Array; readonly values: readonly string[] };

/** Rows by columns, one column per feature. For a category, `values[codes[row]]` is the text. */
export interface FeatureTable {
  readonly rows: number;
  readonly columns: ReadonlyMap<string, TableColumn>;
}

/** What the vectoriser must remember of the training data. Stored with the version as JSON. */
export interface Encoding {
  /** Per category feature: its values, most frequent first (ties by code unit order), each with a model input of its own. */
  readonly categories: Readonly<Record<string, readonly string[]>>;
}
