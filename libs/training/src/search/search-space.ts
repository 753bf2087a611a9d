import { type Algorithm, type TrainingParams } from '@app/xgboost';

/** From where to where a search draws a parameter, both ends included. */
export interface Range {
  readonly low: number;
  readonly high: number;
  /** `log`: each doubling is as likely as any other. */
  readonly scale: 'linear' | 'log';
  readonly whole?: boolean;
}

export type SearchSpace = Readonly<Partial<Record<keyof TrainingParams, Range>>>;

/**
 * What a search varies, and between which values; everything else stays as the caller set it, or at its default.
 *
 * Frauds are rare, so a leaf's hessian, the sum of p (1 − p) over its rows, is small where the model is sure:
 * `min_child_weight` of boosted trees reaches far below 1. A forest's is a number of rows. More trees make a forest
 * steadier but never worse, so their number is not searched. How much a fraud weighs belongs to the sampling.
 */
const SPACES: Readonly<Record<Algorithm, SearchSpace>> = {
  boosted_trees: {
    learning_rate: { low: 0.03, high: 0.3, scale: 'log' },
    rounds: { low: 100, high: 600, scale: 'log', whole: true },
    max_depth: { low: 3, high: 10, scale: 'linear', whole: true },
    min_child_weight: { low: 0.01, high: 10, scale: 'log' },
    subsample: { low: 0.5, high: 1, scale: 'linear' },
    colsample_bytree: { low: 0.4, high: 1, scale: 'linear' },
    reg_lambda: { low: 0.1, high: 30, scale: 'log' },
  },
  random_forest: {
    max_depth: { low: 4, high: 12, scale: 'linear', whole: true },
    min_child_weight: { low: 1, high: 50, scale: 'log' },
    subsample: { low: 0.5, high: 1, scale: 'linear' },
    colsample_bynode: { low: 0.2, high: 1, scale: 'linear' },
  },
  logistic_regression: {
    reg_lambda: { low: 1e-7, high: 0.1, scale: 'log' },
    reg_alpha: { low: 1e-7, high: 0.01, scale: 'log' },
  },
};

/** What a search varies for the algorithm. */
export function searchSpace(algorithm: Algorithm): SearchSpace {
  return SPACES[algorithm];
}
