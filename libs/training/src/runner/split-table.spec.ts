import { describe, expect, it } from '@jest/globals';
import { CALIBRATION_SHARE, HOLDOUT_SHARE, type SplitData, type SplitOptions } from '../splits/split.js';
import { splitTable } from './split-table.js';

const DAY = 86_400;

const evenly = Array.from({ length: 100 }, (_, row) => (row % 10 === 5 ? 1 : 0));

/** One row a day, five rows an entity. */
function table(labels: readonly number[], { timed = false, owned = false } = {}): SplitData {
  return {
    labels: Uint8Array.from(labels),
    times: timed ? Float64Array.from(labels, (_, row) => row * DAY) : null,
    entities: owned ? Int32Array.from(labels, (_, row) => Math.floor(row / 5)) : null,
  };
}

function split(data: SplitData, options: Partial<SplitOptions> = {}) {
  const shares = { calibrationShare: CALIBRATION_SHARE, holdoutShare: HOLDOUT_SHARE };
  return splitTable(data, { ...shares, gap: 0, seed: 1, ...options });
}

function range(from: number, to: number): Uint32Array {
  return Uint32Array.from({ length: to - from }, (_, index) => from + index);
}

describe('splitTable', () => {
  it('goes by time where there is one', () => {
    expect(split(table(evenly, { timed: true, owned: true }))).toEqual({
      method: 'by_time',
      train: range(0, 64),
      calibration: range(64, 80),
      holdout: range(80, 100),
      dropped: 0,
    });
  });

  it('keeps the gap before the calibration part and before the holdout', () => {
    expect(split(table(evenly, { timed: true }), { gap: 7 * DAY })).toEqual({
      method: 'by_time',
      train: range(0, 50),
      calibration: range(57, 73),
      holdout: range(80, 100),
      dropped: 14,
    });
  });

  it('keeps entities whole where there is no time', () => {
    const data = table(evenly, { owned: true });
    const { method, train, calibration, holdout, dropped } = split(data);
    expect([method, dropped]).toEqual(['grouped', 0]);
    const owners = [train, calibration, holdout].map(
      (part) => new Set(Array.from(part, (row) => data.entities?.[row])),
    );
    expect(owners.reduce((sum, { size }) => sum + size, 0)).toBe(20);
    expect(train.length + calibration.length + holdout.length).toBe(100);
    expect(holdout).toHaveLength(20);
  });

  it('keeps the share of frauds otherwise, and if asked to', () => {
    for (const data of [table(evenly), table(evenly, { timed: true })]) {
      const { method, train, calibration, holdout } = split(data, { method: 'stratified' });
      expect(method).toBe('stratified');
      expect([train, calibration, holdout].map((part) => part.length)).toEqual([64, 16, 20]);
      expect([...holdout].filter((row) => evenly[row] === 1)).toHaveLength(2);
    }
    expect(split(table(evenly)).method).toBe('stratified');
  });

  it('is the same for the same seed', () => {
    expect(split(table(evenly), { seed: 4 })).toEqual(split(table(evenly), { seed: 4 }));
    expect(split(table(evenly), { seed: 4 })).not.toEqual(split(table(evenly), { seed: 5 }));
  });

  it.each([
    [
      'no frauds at the end',
      evenly.map((label, row) => (row < 80 ? label : 0)),
      /the holdout has no frauds in its 20 rows/,
    ],
    [
      'none before that',
      evenly.map((label, row) => (row < 64 || row >= 80 ? label : 0)),
      /the calibration part has no frauds in its 16 rows.*longer period.*a larger share for this one or a stratified split/,
    ],
    [
      'none at first',
      evenly.map((label, row) => (row < 64 ? 0 : label)),
      /the training part has no frauds.*smaller shares for the other two/,
    ],
    [
      'nothing but frauds at the end',
      evenly.map((label, row) => (row < 80 ? label : 1)),
      /the holdout has nothing but frauds/,
    ],
  ])('says so where there are %s', (_, labels, message) => {
    expect(() => split(table(labels, { timed: true }))).toThrow(message);
  });

  it('says so where a gap leaves nothing, fewer than three frauds are there, or one entity has them all', () => {
    expect(() => split(table(evenly, { timed: true }), { gap: 90 * DAY })).toThrow(/has no rows.*a shorter gap/);
    const two = evenly.map((label, row) => (row < 20 ? label : 0));
    expect(() => split(table(two))).toThrow(
      /Split at random, the calibration part has no frauds.*at least three of each/,
    );
    expect(() => split(table(two, { owned: true }))).toThrow(/at least three of each, or ask for/);
  });

  it.each([
    [
      'frauds at the end',
      (row: number) => row < 80,
      1,
      /the holdout has no frauds with a weight above 0 in its 20 rows/,
    ],
    [
      'others before that',
      (row: number) => row < 64 || row >= 80,
      0,
      /the calibration part has no legitimate rows with/,
    ],
  ])('says so where the %s weigh nothing', (_, counts, lacking, message) => {
    const data = table(evenly, { timed: true });
    const weights = Float64Array.from(evenly, (label, row) => (label === lacking && !counts(row) ? 0 : 1));
    expect(() => split({ ...data, weights })).toThrow(message);
    expect(split({ ...data, weights: weights.fill(2) })).toEqual(split(data));
  });

  it('says which column a method is missing', () => {
    expect(() => split(table(evenly), { method: 'by_time' })).toThrow(/by time needs a time column/);
    expect(() => split(table(evenly), { method: 'grouped' })).toThrow(/by entity needs an entity column/);
  });

  it.each([{ holdoutShare: 0 }, { calibrationShare: 0.8 }, { holdoutShare: NaN }, { gap: -1 }, { gap: Infinity }])(
    'refuses %j',
    (wrong) => {
      expect(() => split(table(evenly, { timed: true }), wrong)).toThrow(RangeError);
    },
  );

  it('refuses a seed that is none', () => {
    expect(() => split(table(evenly), { seed: 0.5 })).toThrow('seed');
  });
});
