import { XgboostError } from '../errors.js';
import { checkSize } from '../native/matrix.js';
import type { Algorithm, TrainingParams } from '../params.js';

/** Rows with what they turned out to be. */
export interface LabelledRows {
  /** Row-major, rows × width; NaN is a missing value, ±Infinity an error. Must not change until the end. */
  readonly matrix: Float32Array;
  readonly rows: number;
  /** One per row, 0 or 1. */
  readonly labels: Float32Array | Uint8Array;
  /** How many rows each row stands for: one per row, from 0, not all 0. Without them each counts 1. */
  readonly weights?: Float32Array | null | undefined;
}

export interface TrainingRequest extends LabelledRows {
  readonly algorithm: Algorithm;
  readonly width: number;
  readonly params: TrainingParams;
  /**
   * Per input 1 where the probability must never fall as the value rises, −1 where it must never rise, 0 where it may
   * do as it likes; a missing value is free. Trees only.
   */
  readonly monotone?: Int8Array | null | undefined;
  /**
   * Rows that are not trained on, of the same width. With them boosted trees know the loss of each round, and stop
   * early where `early_stopping_rounds` says so; other algorithms do not look at them.
   */
  readonly validation?: LabelledRows | null | undefined;
  /** 0 to 2³¹ − 1. */
  readonly seed: number;
  /** Threads of XGBoost, at least 1; a regression uses one. Another number may change a model's last digits. */
  readonly threads: number;
  /**
   * Called after each round (of a forest: tree) with the share of all rounds that is done, 0–1; a training that stops
   * early ends below 1.
   */
  readonly onProgress?: ((fraction: number) => void) | undefined;
  /** Ends the training before its next round with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** Labels and weights as XGBoost takes them. */
export interface Targets {
  readonly labels: Float32Array;
  readonly weights: Float32Array | null;
}

/** Throws XgboostError where the request is not one. */
export function checkRequest(request: TrainingRequest): void {
  checkSize(request.matrix, request.rows, request.width);
  checkWhole('seed', request.seed, 0);
  checkWhole('threads', request.threads, 1);
  if (request.monotone) checkMonotone(request.monotone, request);
  if (request.validation) checkSize(request.validation.matrix, request.validation.rows, request.width);
}

/** `purpose` is what the rows are for: "to train on". Throws XgboostError. */
export function checkedTargets({ rows, labels, weights }: LabelledRows, purpose: string): Targets {
  if (rows < 1) throw new XgboostError(`there are no rows ${purpose}`);
  if (labels.length !== rows) throw new XgboostError(`${rows} rows need ${rows} labels, not ${labels.length}`);
  const wrong = labels.find((label) => label !== 0 && label !== 1);
  if (wrong !== undefined) throw new XgboostError(`a label is ${wrong}; it must be 0 or 1`);
  return { labels: Float32Array.from(labels), weights: weights ? checkedWeights(weights, rows, purpose) : null };
}

function checkedWeights(weights: Float32Array, rows: number, purpose: string): Float32Array {
  if (weights.length !== rows) throw new XgboostError(`${rows} rows need ${rows} weights, not ${weights.length}`);
  const wrong = weights.find((weight) => !(weight >= 0 && weight < Infinity));
  if (wrong !== undefined) throw new XgboostError(`a weight is ${wrong}; it must be a finite number from 0`);
  if (weights.every((weight) => weight === 0)) throw new XgboostError(`every row ${purpose} has the weight 0`);
  return weights;
}

function checkMonotone(monotone: Int8Array, { algorithm, width }: TrainingRequest): void {
  if (monotone.length !== width) {
    throw new XgboostError(`${width} inputs need ${width} monotone constraints, not ${monotone.length}`);
  }
  const wrong = monotone.find((direction) => Math.abs(direction) > 1);
  if (wrong !== undefined) throw new XgboostError(`a monotone constraint is ${wrong}; it must be -1, 0 or 1`);
  if (algorithm === 'logistic_regression' && monotone.some((direction) => direction !== 0)) {
    throw new XgboostError(
      'logistic_regression knows no monotone constraints: train boosted_trees or random_forest, or leave them out',
    );
  }
}

function checkWhole(name: string, value: number, least: number): void {
  if (!Number.isInteger(value) || value < least || value > 2_147_483_647) {
    throw new XgboostError(`${name} must be a whole number from ${least} to 2147483647`);
  }
}
