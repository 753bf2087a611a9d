export const SPLIT_METHODS = ['by_time', 'grouped', 'stratified'] as const;

/**
 * How rows are told apart: trained on the past and judged by what came after; whole entities (customers, cards) on
 * one side; or at random with the same share of frauds everywhere.
 */
export type SplitMethod = (typeof SPLIT_METHODS)[number];

/** The share of all rows that is held out when nothing else is asked for. */
export const HOLDOUT_SHARE = 0.2;

/** The share of all rows that calibrates when nothing else is asked for: a fifth of what is not held out. */
export const CALIBRATION_SHARE = 0.16;

/** The seed of a split is no setting of a training: a file has one holdout, whatever seed its models were trained with. */
export const SPLIT_SEED = 1;

/** What a split looks at. */
export interface SplitData {
  /** 1: fraud, 0: legitimate. */
  readonly labels: Uint8Array;
  /** In seconds, one per row, in any order; null: the rows have no time. */
  readonly times: Float64Array | null;
  /** A code per row, the same for the rows of one entity; null: the rows belong to nobody. */
  readonly entities: Int32Array | null;
  /** One per row, not below 0; null or left out: each row counts 1. A row of weight 0 is in a part, but proves nothing. */
  readonly weights?: Float64Array | null;
}

export interface SplitOptions {
  /** By time where the table has times, else grouped where it has entities, else stratified, unless told. */
  readonly method?: SplitMethod | null;
  /** Shares of all rows, each above 0, together below 1. */
  readonly calibrationShare: number;
  readonly holdoutShare: number;
  /** By time only: seconds before the calibration part, and before the holdout, whose rows are dropped. From 0. */
  readonly gap: number;
  /** A whole number; its lower 32 bits count. Not used by time. */
  readonly seed: number;
}

/**
 * Row numbers of a data set, ascending: what a version learns from, what its probabilities and cut-offs are set by,
 * and what it is measured on. No row is in two of them.
 */
export interface Parts {
  readonly train: Uint32Array;
  readonly calibration: Uint32Array;
  readonly holdout: Uint32Array;
  /** Rows that are in no part because they lie in a gap. */
  readonly dropped: number;
}

export interface Split extends Parts {
  readonly method: SplitMethod;
}

/** What the rows miss for both classes to be there and to count, as a message says it; null: they have both. */
export function whatLacks(
  { labels, weights }: Pick<SplitData, 'labels' | 'weights'>,
  rows: Uint32Array,
): string | null {
  if (rows.length === 0) return 'no rows';
  let frauds = 0;
  let legitimate = 0;
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index] ?? 0;
    if (weights && !((weights[row] ?? 0) > 0)) continue;
    if (labels[row] === 1) frauds++;
    else legitimate++;
  }
  const counted = weights ? ' with a weight above 0' : '';
  if (frauds === 0) return `no frauds${counted}`;
  if (legitimate === 0) return weights ? `no legitimate rows${counted}` : 'nothing but frauds';
  return null;
}
