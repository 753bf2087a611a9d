import { type Algorithm, type TrainingParams, XgboostError } from '@app/xgboost';
import { type Fold } from '../splits/folds.js';
import { drawTrials } from './draw-trials.js';

/** One set of parameters, and how it did. */
export interface Trial {
  /** From 1. */
  readonly number: number;
  readonly params: TrainingParams;
  /** The metric per fold; of a failed trial those of the folds before. */
  readonly values: readonly number[];
  /** Their mean; null: the trial failed. */
  readonly value: number | null;
  /** Median over the folds; null: the trial failed. */
  readonly rounds: number | null;
  readonly seconds: number;
  /** Why it failed. */
  readonly error: string | null;
}

/** A trial that ran to its end. */
export interface FinishedTrial extends Trial {
  readonly value: number;
  readonly rounds: number;
  readonly error: null;
}

export interface FoldResult {
  /** The metric on the fold's validation rows. */
  readonly value: number;
  /** The rounds that the trained model kept. */
  readonly rounds: number;
}

export interface Search {
  readonly algorithm: Algorithm;
  /** From 1. */
  readonly trials: number;
  readonly folds: readonly Fold[];
  /** What the caller fixed; the search leaves it alone. */
  readonly base: TrainingParams;
  readonly seed: number;
  /** Whether `a` is the better value of the metric than `b`. */
  readonly isBetter: (a: number, b: number) => boolean;
  /** Trains on one side of the fold and measures on the other. */
  readonly evaluate: (params: TrainingParams, fold: Fold) => Promise<FoldResult>;
  /** Called with each trial when it has ended. */
  readonly onTrial: (trial: Trial) => Promise<void> | void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Tries parameters one after the other, each on all folds, and gives the trial with the best mean; the earlier one of
 * equals. A trial that XGBoost refuses, or whose metric is no number, has failed and cannot win.
 * @throws XgboostError when no trial succeeded, with the reason of the first; what `evaluate` and `onTrial` throw
 * otherwise; RangeError without folds; the signal's reason
 */
export async function runSearch(search: Search): Promise<FinishedTrial> {
  if (search.folds.length === 0) throw new RangeError('A search needs folds');
  let best: FinishedTrial | null = null;
  let failure: string | null = null;
  const candidates = drawTrials(search.algorithm, search.trials, search.seed, search.base);
  for (const [index, params] of candidates.entries()) {
    const trial = await tryOut(search, index + 1, params);
    await search.onTrial(trial);
    if (!isFinished(trial)) failure ??= trial.error;
    else if (best === null || search.isBetter(trial.value, best.value)) best = trial;
  }
  if (best === null) throw new XgboostError(`no trial of the search succeeded: ${failure ?? 'there was none'}`);
  return best;
}

function isFinished(trial: Trial): trial is FinishedTrial {
  return trial.value !== null && trial.rounds !== null && trial.error === null;
}

async function tryOut(search: Search, number: number, params: TrainingParams): Promise<Trial> {
  const started = performance.now();
  const seconds = (): number => (performance.now() - started) / 1_000;
  const values: number[] = [];
  const rounds: number[] = [];
  try {
    for (const fold of search.folds) {
      search.signal?.throwIfAborted();
      const result = await search.evaluate(params, fold);
      if (!Number.isFinite(result.value))
        throw new XgboostError(`the metric is ${result.value} on fold ${values.length + 1}`);
      values.push(result.value);
      rounds.push(result.rounds);
    }
  } catch (error) {
    search.signal?.throwIfAborted();
    if (!(error instanceof XgboostError)) throw error;
    return { number, params, values, value: null, rounds: null, seconds: seconds(), error: error.message };
  }
  return { number, params, values, value: mean(values), rounds: median(rounds), seconds: seconds(), error: null };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of an even number the mean of the two in the middle, rounded up: it counts rounds. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const low = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  const high = sorted[Math.floor(sorted.length / 2)] ?? 0;
  return Math.ceil((low + high) / 2);
}
