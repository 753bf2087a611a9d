import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { type RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { type Algorithm, resolveParams, type TrainingParams, XgboostError } from '@app/xgboost';
import { seededRandom } from '../seeded-random.js';
import { type Range, searchSpace } from './search-space.js';

/** Draws in a row that may repeat earlier trials before the parameters left to vary count as used up. */
const MAX_REPEATS = 100;

/** As many digits as a person wants to read. */
const DIGITS = 3;

/**
 * The parameters to try, all of them named: first what a training without a search would take, then independent draws
 * from the search space (Bergstra & Bengio 2012). What `base` sets is never varied. All trials differ, so there are
 * fewer than asked for where the free parameters have fewer values. The same arguments give the same trials, and more
 * trials begin with the same.
 *
 * @param trials From 1. @param seed A whole number.
 * @throws XgboostError for a base that cannot be trained with; RangeError for the number of trials or the seed
 */
export function drawTrials(algorithm: Algorithm, trials: number, seed: number, base: TrainingParams): TrainingParams[] {
  if (!(Number.isInteger(trials) && trials >= 1)) {
    throw new RangeError(`The number of trials must be a whole number from 1, got ${trials}`);
  }
  const random = seededRandom(seed);
  const first = resolveParams(algorithm, base);
  const drawn = new Map([[JSON.stringify(first), first]]);
  for (let repeats = 0; drawn.size < trials && repeats < MAX_REPEATS;) {
    const params = resolveParams(algorithm, fitted(algorithm, draw(algorithm, random), base));
    const key = JSON.stringify(params);
    repeats = drawn.has(key) ? repeats + 1 : 0;
    drawn.set(key, params);
  }
  return [...drawn.values()];
}

/** One draw of every parameter, so that fixing one leaves the draws of the others as they are. */
function draw(algorithm: Algorithm, random: RandomGenerator): TrainingParams {
  return Object.fromEntries(
    Object.entries(searchSpace(algorithm)).map(([name, range]): [string, number] => [name, pick(range, random)]),
  );
}

function pick({ low, high, scale, whole = false }: Range, random: RandomGenerator): number {
  const share = uniformFloat64(random);
  // Whole numbers: each end gets a full step, as the others do.
  const [from, to] = whole ? [low - 0.5, high + 0.5] : [low, high];
  const value = scale === 'log' ? from * (to / from) ** share : from + (to - from) * share;
  return Math.min(high, Math.max(low, whole ? Math.round(value) : Number(value.toPrecision(DIGITS))));
}

/** The draw with what the caller fixed, made smaller until the model is of a size that can be trained. */
function fitted(algorithm: Algorithm, drawn: TrainingParams, base: TrainingParams): TrainingParams {
  const fixed = Object.fromEntries(Object.entries(base).filter(([, value]) => value !== undefined));
  let params: TrainingParams = { ...drawn, ...fixed };
  while (!isTrainable(algorithm, params)) {
    const smaller = { ...params, ...smallerSize(params), ...fixed };
    // Nothing left to give way: the caller's own parameters are out of range, and training says so.
    if (smaller.rounds === params.rounds && smaller.max_depth === params.max_depth) return params;
    params = smaller;
  }
  return params;
}

function isTrainable(algorithm: Algorithm, params: TrainingParams): boolean {
  try {
    resolveParams(algorithm, params);
    return true;
  } catch (error) {
    if (error instanceof XgboostError) return false;
    throw error;
  }
}

/** Rounds weigh less than depth, which doubles the leaves each time: they take half of the way. */
function smallerSize({ rounds, max_depth: depth }: TrainingParams): TrainingParams {
  return {
    ...(rounds !== undefined && { rounds: Math.max(1, Math.floor(rounds / 2)) }),
    ...(depth !== undefined && { max_depth: Math.max(1, depth - 1) }),
  };
}
