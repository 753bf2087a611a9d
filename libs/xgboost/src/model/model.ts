import { XgboostError } from '../errors.js';
import { ALGORITHMS } from '../params.js';
import type { Scaling } from '../scaling.js';

/** Attributes that a model carries inside XGBoost's own file: what we must know besides what XGBoost does. */
export const ATTRIBUTE_ALGORITHM = 'fraud_scoring.algorithm';
export const ATTRIBUTE_MEANS = 'fraud_scoring.input_means';
export const ATTRIBUTE_FACTORS = 'fraud_scoring.input_factors';

/** A binary tree in parallel arrays, the root at 0. A leaf has −1 for a left child and its value for a condition. */
export interface Tree {
  readonly leftChildren: readonly number[];
  readonly rightChildren: readonly number[];
  readonly splitIndices: readonly number[];
  /** Left where `x < condition`, in float32. */
  readonly splitConditions: readonly number[];
  /** 1: a missing value goes left. */
  readonly defaultLeft: readonly number[];
  /** The gain of each split. */
  readonly lossChanges: readonly number[];
}

interface ModelBase {
  /** Number of inputs. */
  readonly width: number;
  /** "1.7.4": the XGBoost that wrote it. */
  readonly xgboostVersion: string;
}

/** An ensemble: the sum of one leaf per tree. */
export interface TreeModel extends ModelBase {
  readonly algorithm: 'boosted_trees' | 'random_forest';
  /** Of boosted trees a probability; of a forest the mean label, to which the leaves are added. */
  readonly baseScore: number;
  readonly trees: readonly Tree[];
}

export interface LinearModel extends ModelBase {
  readonly algorithm: 'logistic_regression';
  readonly baseScore: number;
  /** Per standardised input. */
  readonly weights: readonly number[];
  readonly bias: number;
  /** Over all inputs. */
  readonly passes: number;
  readonly scaling: Scaling;
}

export type Model = TreeModel | LinearModel;

/**
 * Reads XGBoost's JSON model (https://xgboost.readthedocs.io/en/stable/tutorials/saving_model.html).
 * Throws XgboostError when it is not one, or not one that this library has trained.
 */
export function parseModel(bytes: Uint8Array): Model {
  const root = new Reader(parseJson(bytes), '');
  const learner = root.at('learner');
  const parameters = learner.at('learner_model_param');
  const booster = learner.at('gradient_booster');
  const attributes = learner.at('attributes');
  const algorithm = ALGORITHMS.find((known) => attributes.has(ATTRIBUTE_ALGORITHM, known));
  if (algorithm === undefined) throw new XgboostError('the model does not say how it was trained');
  const base = {
    width: parameters.at('num_feature').number(),
    xgboostVersion: root.at('version').numbers().join('.'),
    baseScore: parameters.at('base_score').number(),
  };
  if (algorithm !== 'logistic_regression') {
    return { ...base, algorithm, trees: booster.at('model').at('trees').items().map(readTree) };
  }
  const weights = booster.at('model').at('weights').numbers();
  if (weights.length !== base.width + 1) throw new XgboostError('the model has the wrong number of weights');
  return {
    ...base,
    algorithm,
    weights: weights.slice(0, base.width),
    bias: weights[base.width] ?? 0,
    passes: booster.at('model').at('boosted_rounds').number(),
    scaling: {
      means: Float32Array.from(new Reader(attributes.at(ATTRIBUTE_MEANS).json(), ATTRIBUTE_MEANS).numbers()),
      factors: Float32Array.from(new Reader(attributes.at(ATTRIBUTE_FACTORS).json(), ATTRIBUTE_FACTORS).numbers()),
    },
  };
}

function readTree(tree: Reader): Tree {
  if (
    tree
      .at('split_type')
      .numbers()
      .some((type) => type !== 0)
  ) {
    throw new XgboostError('the model splits on categories, which is not supported');
  }
  return {
    leftChildren: tree.at('left_children').numbers(),
    rightChildren: tree.at('right_children').numbers(),
    splitIndices: tree.at('split_indices').numbers(),
    splitConditions: tree.at('split_conditions').numbers(),
    defaultLeft: tree.at('default_left').numbers(),
    lossChanges: tree.at('loss_changes').numbers(),
  };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return parsed;
  } catch {
    throw new XgboostError('the bytes are not an XGBoost model in JSON');
  }
}

/** Reads foreign JSON without trusting its shape. */
class Reader {
  constructor(
    private readonly value: unknown,
    private readonly path: string,
  ) {}

  at(key: string): Reader {
    const path = `${this.path}/${key}`;
    if (typeof this.value === 'object' && this.value !== null && Object.hasOwn(this.value, key)) {
      return new Reader(Reflect.get(this.value, key), path);
    }
    throw new XgboostError(`the model has no ${path}`);
  }

  has(key: string, expected: string): boolean {
    return typeof this.value === 'object' && this.value !== null && Reflect.get(this.value, key) === expected;
  }

  items(): Reader[] {
    if (!Array.isArray(this.value)) throw new XgboostError(`the model's ${this.path} is not a list`);
    return this.value.map((item: unknown, index) => new Reader(item, `${this.path}/${index}`));
  }

  /** A list of numbers; newer versions of XGBoost write booleans for 0 and 1. */
  numbers(): readonly number[] {
    if (!Array.isArray(this.value)) throw new XgboostError(`the model's ${this.path} is not a list`);
    return this.value.map((item: unknown) => {
      if (typeof item === 'number') return item;
      if (typeof item === 'boolean') return Number(item);
      throw new XgboostError(`the model's ${this.path} is not a list of numbers`);
    });
  }

  /** A number in text, as XGBoost writes its parameters; newer versions write "[5E-1]". */
  number(): number {
    const number = typeof this.value === 'string' ? Number(this.value.replace(/^\[|\]$/g, '')) : this.value;
    if (typeof number === 'number' && Number.isFinite(number)) return number;
    throw new XgboostError(`the model's ${this.path} is not a number`);
  }

  json(): unknown {
    if (typeof this.value !== 'string') throw new XgboostError(`the model's ${this.path} is not text`);
    return parseJson(new TextEncoder().encode(this.value));
  }
}
