import { describe, expect, it } from '@jest/globals';
import { openXgboost, type TrainingParams, XgboostError } from '@app/xgboost';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { seededRandom } from '../seeded-random.js';
import { type Fold, folds } from '../splits/folds.js';
import { drawTrials } from './draw-trials.js';
import { type FoldResult, runSearch, type Search, type Trial } from './run-search.js';

const ROWS = 1_500;
const WIDTH = 3;

/** Log-odds of fraud: a chequerboard that shallow trees do not see, and one that they do. */
const matrix = ((random) => Float32Array.from({ length: ROWS * WIDTH }, () => uniformFloat64(random)))(seededRandom(1));
const labels = ((random) =>
  Uint8Array.from({ length: ROWS }, (_, row) => {
    const [a = 0, b = 0, c = 0] = matrix.subarray(row * WIDTH, (row + 1) * WIDTH);
    const logOdds = -3 + 3 * a + ((Math.floor(4 * b) + Math.floor(4 * c)) % 2 === 0 ? 2 : 0);
    return uniformFloat64(random) < 1 / (1 + Math.exp(-logOdds)) ? 1 : 0;
  }))(seededRandom(2));

const made = folds({ labels, times: null, entities: null }, Uint32Array.from(labels.keys()), {
  method: 'stratified',
  count: 3,
  gap: 0,
  seed: 1,
});

const xgboost = openXgboost();

function rowsOf(rows: Uint32Array): Float32Array {
  return Float32Array.from({ length: rows.length * WIDTH }, (_, index) => {
    const row = rows[Math.floor(index / WIDTH)] ?? NaN;
    return matrix[row * WIDTH + (index % WIDTH)] ?? NaN;
  });
}

/** Trains for real; the metric is the log loss, of which less is better. */
async function evaluate(params: TrainingParams, { train, validation }: Fold): Promise<FoldResult> {
  const booster = await xgboost.train({
    algorithm: 'boosted_trees',
    matrix: rowsOf(train),
    rows: train.length,
    width: WIDTH,
    labels: Uint8Array.from(train, (row) => labels[row] ?? 0),
    params,
    seed: 1,
    threads: 2,
  });
  const probabilities = await booster.predict(rowsOf(validation), validation.length);
  await booster.dispose();
  const losses = probabilities.map((p, index) => -Math.log(labels[validation[index] ?? 0] === 1 ? p : 1 - p));
  return { value: losses.reduce((sum, loss) => sum + loss, 0) / losses.length, rounds: params.rounds ?? 0 };
}

async function search(changes: Partial<Search> = {}) {
  const trials: Trial[] = [];
  const best = await runSearch({
    algorithm: 'boosted_trees',
    trials: 6,
    folds: made,
    base: { rounds: 20 },
    seed: 1,
    isBetter: (a, b) => a < b,
    evaluate,
    onTrial: (trial) => void trials.push(trial),
    ...changes,
  });
  return { best, trials };
}

function timeless(trial: Trial | undefined): Partial<Trial> {
  return { ...trial, seconds: 0 };
}

describe('runSearch', () => {
  it('tries each set of parameters on each fold and gives the best', async () => {
    const { best, trials } = await search();
    expect(trials.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(trials.map(({ params }) => params)).toEqual(drawTrials('boosted_trees', 6, 1, { rounds: 20 }));
    for (const { values, value, rounds, seconds, error } of trials) {
      expect(values).toHaveLength(3);
      expect(value).toBeCloseTo(((values[0] ?? NaN) + (values[1] ?? NaN) + (values[2] ?? NaN)) / 3, 12);
      expect([rounds, error]).toEqual([20, null]);
      expect(seconds).toBeGreaterThan(0);
    }
    expect(best.value).toBe(Math.min(...trials.map(({ value }) => value ?? NaN)));
    expect(trials).toContain(best);
    const again = await search();
    expect(again.trials.map(timeless)).toEqual(trials.map(timeless));
  });

  it('goes by the direction of the metric, and takes the earlier of equals', async () => {
    const values = [0.5, 0.7, 0.2, 0.7, 0.2];
    const inTurn = (direction: (a: number, b: number) => boolean): Promise<{ best: Trial }> => {
      let asked = 0;
      return search({
        trials: 5,
        isBetter: direction,
        evaluate: () => Promise.resolve({ value: values[Math.floor(asked++ / 3)] ?? NaN, rounds: 1 }),
      });
    };
    expect((await inTurn((a, b) => a > b)).best.number).toBe(2);
    expect((await inTurn((a, b) => a < b)).best.number).toBe(3);
  });

  it('takes the median of the rounds', async () => {
    const rounds = [30, 10, 90];
    let asked = 0;
    const odd = await search({
      trials: 1,
      evaluate: () => Promise.resolve({ value: 1, rounds: rounds[asked++] ?? 0 }),
    });
    expect(odd.best.rounds).toBe(30);
    asked = 0;
    const two = { trials: 1, folds: made.slice(1) };
    const even = await search({ ...two, evaluate: () => Promise.resolve({ value: 1, rounds: rounds[asked++] ?? 0 }) });
    expect(even.best.rounds).toBe(20);
  });

  it('records what XGBoost refuses as failed, and goes on', async () => {
    const [first, second] = drawTrials('boosted_trees', 4, 1, { rounds: 5 });
    const { best, trials } = await search({
      base: { rounds: 5 },
      trials: 4,
      evaluate: (params, fold) => {
        const is = (other?: TrainingParams): boolean => JSON.stringify(params) === JSON.stringify(other);
        if (is(second)) return Promise.resolve({ value: fold === made[1] ? NaN : 0, rounds: 1 });
        return evaluate(is(first) ? { ...params, subsample: 7 } : params, fold);
      },
    });
    expect(trials[0]).toMatchObject({ values: [], value: null, rounds: null });
    expect(trials[0]?.error).toContain('subsample');
    expect(trials[1]).toMatchObject({ values: [0], value: null, error: 'the metric is NaN on fold 2' });
    expect(best.number).toBeGreaterThan(2);
  });

  it('fails where every trial does, and where something else breaks', async () => {
    const refused = search({ evaluate: (params, fold) => evaluate({ ...params, subsample: 7 }, fold) });
    await expect(refused).rejects.toThrow(XgboostError);
    await expect(refused).rejects.toThrow(/no trial of the search succeeded: .*subsample/);
    const broken = new Error('a bug');
    await expect(search({ evaluate: () => Promise.reject(broken) })).rejects.toBe(broken);
    await expect(search({ folds: [] })).rejects.toThrow(RangeError);
  });

  it('stops when it is told to, before the next fold', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    let asked = 0;
    const stopped = search({
      signal: controller.signal,
      evaluate: () => {
        asked += 1;
        if (asked === 4) controller.abort(reason);
        return Promise.resolve({ value: 1, rounds: 1 });
      },
    });
    await expect(stopped).rejects.toBe(reason);
    expect(asked).toBe(4);
  });

  it('waits until a trial is recorded', async () => {
    const order: string[] = [];
    await search({
      trials: 2,
      folds: made.slice(2),
      evaluate: () => {
        order.push('tried');
        return Promise.resolve({ value: 1, rounds: 1 });
      },
      onTrial: async () => {
        await new Promise(setImmediate);
        order.push('recorded');
      },
    });
    expect(order).toEqual(['tried', 'recorded', 'tried', 'recorded']);
  });
});
