import { describe, expect, it } from '@jest/globals';
import { ALGORITHMS, resolveParams, type TrainingParams, XgboostError } from '@app/xgboost';
import { drawTrials } from './draw-trials.js';
import { searchSpace } from './search-space.js';

describe.each(ALGORITHMS)('trials of %s', (algorithm) => {
  const trials = drawTrials(algorithm, 200, 1, {});
  const space = Object.entries(searchSpace(algorithm));

  it('begin with the defaults', () => {
    expect(trials[0]).toEqual(resolveParams(algorithm, {}));
  });

  it('vary what is in the space, within it, and nothing else', () => {
    expect(trials).toHaveLength(200);
    const defaults = resolveParams(algorithm, {});
    const names = new Set(space.map(([name]) => name));
    for (const trial of trials.slice(1)) {
      for (const [name, value] of Object.entries(trial)) {
        if (!names.has(name))
          expect([name, value]).toEqual([name, Object.entries(defaults).find(([other]) => other === name)?.[1]]);
      }
    }
    for (const [name, { low, high, whole = false }] of space) {
      const values = trials
        .slice(1)
        .map((trial) => Object.entries(trial).find(([other]) => other === name)?.[1] ?? NaN);
      expect(Math.min(...values)).toBeGreaterThanOrEqual(low);
      expect(Math.max(...values)).toBeLessThanOrEqual(high);
      expect(new Set(values).size).toBeGreaterThan(whole ? 5 : 50);
      if (whole) expect(values.every(Number.isInteger)).toBe(true);
    }
  });

  it('are as likely above the middle of their range as below, on its scale', () => {
    for (const [name, { low, high, scale }] of space) {
      const middle = scale === 'log' ? Math.sqrt(low * high) : (low + high) / 2;
      const above = trials
        .slice(1)
        .filter((trial) => (Object.entries(trial).find(([other]) => other === name)?.[1] ?? 0) > middle);
      // Of 199 half, with a standard deviation of 7: within five of them.
      expect(Math.abs(above.length - 99.5)).toBeLessThan(35);
    }
  });

  it('are all different, and the same for the same seed, also where fewer are asked for', () => {
    expect(new Set(trials.map((trial) => JSON.stringify(trial))).size).toBe(200);
    expect(drawTrials(algorithm, 10, 1, {})).toEqual(trials.slice(0, 10));
    expect(drawTrials(algorithm, 10, 2, {}).slice(1)).not.toEqual(trials.slice(1, 10));
  });

  it('leave alone what the caller fixed, and change no other draw for it', () => {
    const fixed = drawTrials(algorithm, 20, 1, { reg_lambda: 3 });
    expect(fixed.every((trial) => trial.reg_lambda === 3)).toBe(true);
    expect(fixed.map((trial) => ({ ...trial, reg_lambda: 0 }))).toEqual(
      trials.slice(0, 20).map((trial) => ({ ...trial, reg_lambda: 0 })),
    );
  });
});

describe('drawTrials', () => {
  it('stays within the size that can be trained', () => {
    const deep = drawTrials('boosted_trees', 100, 1, { max_depth: 12 });
    expect(Math.max(...deep.map(({ rounds = 0 }) => rounds))).toBeLessThanOrEqual(256);
    const long = drawTrials('boosted_trees', 100, 1, { rounds: 10_000 });
    expect(Math.max(...long.map(({ max_depth: depth = 0 }) => depth))).toBe(6);
    const wide = drawTrials('random_forest', 100, 1, { rounds: 1_500 });
    expect(Math.max(...wide.map(({ max_depth: depth = 0 }) => depth))).toBe(9);
    for (const [algorithm, trials] of [
      ['boosted_trees', deep],
      ['boosted_trees', long],
      ['random_forest', wide],
    ] as const) {
      for (const trial of trials) expect(() => resolveParams(algorithm, trial)).not.toThrow();
    }
  });

  it('gives fewer where there are no more', () => {
    const first = drawTrials('logistic_regression', 1, 1, {})[0] ?? {};
    expect(drawTrials('logistic_regression', 20, 1, first)).toEqual([first]);
    const { max_depth: _free, ...rest } = resolveParams('boosted_trees', {});
    const depths = drawTrials('boosted_trees', 50, 1, rest).map(({ max_depth: depth = 0 }) => depth);
    expect(depths.sort((a, b) => a - b)).toEqual([3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it.each<[TrainingParams, string]>([
    [{ rounds: 10_000, max_depth: 12 }, 'rounds × 2^max_depth'],
    [{ max_depth: 2.5 }, 'max_depth'],
  ])('refuses a base of %j', (base, message) => {
    expect(() => drawTrials('boosted_trees', 5, 1, base)).toThrow(XgboostError);
    expect(() => drawTrials('boosted_trees', 5, 1, base)).toThrow(message);
  });

  it('refuses a number of trials or a seed that is none', () => {
    expect(() => drawTrials('boosted_trees', 0, 1, {})).toThrow('trials');
    expect(() => drawTrials('boosted_trees', 1.5, 1, {})).toThrow('trials');
    expect(() => drawTrials('boosted_trees', 5, 0.5, {})).toThrow('seed');
  });
});
