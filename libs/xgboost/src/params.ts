import { XgboostError } from './errors.js';

/** What can be trained. */
export type Algorithm = 'boosted_trees' | 'random_forest' | 'logistic_regression';

export const ALGORITHMS: readonly Algorithm[] = ['boosted_trees', 'random_forest', 'logistic_regression'];

/**
 * How to train; everything is optional. In brackets the defaults for boosted trees / random forest / logistic
 * regression; a dash where the algorithm does not know the parameter. XGBoost checks the ranges.
 */
export interface TrainingParams {
  /** Boosting rounds; trees of a forest; passes over the inputs of a regression. 1 to 10,000 [500 / 100 / 50] */
  readonly rounds?: number;
  /** Deepest tree, 1 to 20 [3 / 12 / –] */
  readonly max_depth?: number;
  /** Share of each round's correction that is applied, above 0 to 1 [0.1 / – / 0.5] */
  readonly learning_rate?: number;
  /** Least sum of hessians in a leaf, from 0. For a forest that is rows, by their weights [1 / 1 / –] */
  readonly min_child_weight?: number;
  /** Share of the rows each tree sees, above 0 to 1 [0.8 / 0.8 / –] */
  readonly subsample?: number;
  /** Share of the inputs each tree sees, above 0 to 1 [0.8 / 1 / –] */
  readonly colsample_bytree?: number;
  /** Share of the inputs each split chooses from, above 0 to 1 [1 / 0.5 / –] */
  readonly colsample_bynode?: number;
  /** Least gain of a split, from 0 [0 / 0 / –] */
  readonly gamma?: number;
  /** L2 penalty, from 0. For a regression per row (by weight) and on standardised inputs [1 / 1 / 0.0001] */
  readonly reg_lambda?: number;
  /** L1 penalty, from 0. For a regression per row (by weight) and on standardised inputs [0 / 0 / 0] */
  readonly reg_alpha?: number;
  /** Weight of a fraud where a legitimate row has 1, above 0 [1 / 1 / 1] */
  readonly scale_pos_weight?: number;
  /** Histogram bins per input, 2 to 65,536 [512 / 512 / –] */
  readonly max_bin?: number;
  /**
   * Rounds without a lower log loss on the validation after which no more are boosted, and only those up to the lowest
   * are kept; 0 to 10,000, 0 is never. Counts only where there is a validation [50 / – / –]
   */
  readonly early_stopping_rounds?: number;
  /** Largest value of a leaf, from 0; 0 is no limit [0 / 0 / –] */
  readonly max_delta_step?: number;
}

export type ParamName = keyof TrainingParams;

/** Every parameter that the algorithm knows, with the value used. */
export type ResolvedParams = Readonly<Partial<Record<ParamName, number>>> & { readonly rounds: number };

const DEFAULTS: Readonly<Record<Algorithm, ResolvedParams>> = {
  boosted_trees: {
    rounds: 500,
    max_depth: 3,
    learning_rate: 0.1,
    min_child_weight: 1,
    subsample: 0.8,
    colsample_bytree: 0.8,
    colsample_bynode: 1,
    gamma: 0,
    reg_lambda: 1,
    reg_alpha: 0,
    scale_pos_weight: 1,
    max_bin: 512,
    early_stopping_rounds: 50,
    max_delta_step: 0,
  },
  random_forest: {
    rounds: 100,
    max_depth: 12,
    min_child_weight: 1,
    subsample: 0.8,
    colsample_bytree: 1,
    colsample_bynode: 0.5,
    gamma: 0,
    reg_lambda: 1,
    reg_alpha: 0,
    scale_pos_weight: 1,
    max_bin: 512,
    max_delta_step: 0,
  },
  logistic_regression: { rounds: 50, learning_rate: 0.5, reg_lambda: 0.0001, reg_alpha: 0, scale_pos_weight: 1 },
};

/** Trees of a forest at the most: beyond, the float32 sum of ONNX Runtime strays from XGBoost's. */
const MAX_FOREST = 1_500;

/** Leaves that a model may have at the most; every API process holds the champion in memory. */
const MAX_LEAVES = 2 ** 20;

/** Whole numbers whose bounds are ours: XGBoost takes a depth of 0 as "no limit" and does not know the others. */
const WHOLE_NUMBERS: Readonly<Partial<Record<ParamName, readonly [number, number]>>> = {
  rounds: [1, 10_000],
  max_depth: [1, 20],
  early_stopping_rounds: [0, 10_000],
  // Its memory grows with them, and float32 has hardly more that differ.
  max_bin: [2, 65_536],
};

/**
 * The exact parameters that a training with `params` uses. Throws XgboostError for a name that the algorithm does not
 * know, for what is not a number, and for one of WHOLE_NUMBERS out of range; XGBoost checks the rest when it trains.
 */
export function resolveParams(algorithm: Algorithm, params: TrainingParams): ResolvedParams {
  const defaults = DEFAULTS[algorithm];
  for (const [name, value] of Object.entries(params)) {
    if (value === undefined) continue;
    if (!Object.hasOwn(defaults, name)) {
      throw new XgboostError(`${name} is not a parameter of ${algorithm}; it has ${Object.keys(defaults).join(', ')}`);
    }
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      throw new XgboostError(`${name} must be a finite number`);
    }
    checkWholeNumber(name, value);
    // XGBoost takes 0, and learns nothing.
    if (name === 'learning_rate' && !(value > 0)) throw new XgboostError('learning_rate must be above 0');
  }
  const resolved = withRoom(defaults, withoutUndefined(params));
  checkSize(algorithm, resolved);
  return resolved;
}

/**
 * Of rounds and depth the one that was not asked for gives way, to half of its default at the most, where both would
 * make too large a model: 300 trees of a forest are taken, and are 11 deep.
 */
function withRoom(defaults: ResolvedParams, given: TrainingParams): ResolvedParams {
  const resolved = { ...defaults, ...given };
  const { rounds, max_depth: depth } = resolved;
  if (depth === undefined || rounds * 2 ** depth <= MAX_LEAVES) return resolved;
  if (given.max_depth === undefined) {
    return { ...resolved, max_depth: Math.max(depth / 2, Math.floor(Math.log2(MAX_LEAVES / rounds))) };
  }
  if (given.rounds !== undefined) return resolved;
  return { ...resolved, rounds: Math.max(rounds / 2, Math.floor(MAX_LEAVES / 2 ** depth)) };
}

function checkSize(algorithm: Algorithm, { rounds, max_depth: depth = 0 }: ResolvedParams): void {
  if (algorithm === 'random_forest' && rounds > MAX_FOREST) {
    throw new XgboostError(`rounds must be at most ${MAX_FOREST} for a random_forest`);
  }
  if (rounds * 2 ** depth > MAX_LEAVES) {
    throw new XgboostError(`rounds × 2^max_depth must be at most ${MAX_LEAVES}: take fewer rounds or a smaller depth`);
  }
}

function checkWholeNumber(name: string, value: number): void {
  for (const [wholeNumber, [least, largest]] of Object.entries(WHOLE_NUMBERS)) {
    if (wholeNumber === name && !(Number.isInteger(value) && value >= least && value <= largest)) {
      throw new XgboostError(`${name} must be a whole number from ${least} to ${largest}`);
    }
  }
}

function withoutUndefined(params: TrainingParams): TrainingParams {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined));
}
