import { describe, expect, it } from '@jest/globals';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { seededRandom } from '../seeded-random.js';
import { folds } from './folds.js';
import type { SplitData } from './split.js';

const ROWS = 600;

/** Every tenth row is a fraud, three rows share a second, and six an entity; rows in no order of time. */
const data = {
  labels: Uint8Array.from({ length: ROWS }, (_, row) => (row % 10 === 0 ? 1 : 0)),
  times: Float64Array.from({ length: ROWS }, (_, row) => Math.floor(((row * 7) % ROWS) / 3)),
  entities: Int32Array.from({ length: ROWS }, (_, row) => Math.floor(row / 6)),
} satisfies SplitData;

const rows = Uint32Array.from({ length: 480 }, (_, row) => row + 60);
const options = { count: 4, gap: 0, seed: 1 };

function timesOf(part: Uint32Array): number[] {
  return Array.from(part, (row) => data.times[row] ?? NaN);
}

describe('folds by time', () => {
  const made = folds(data, rows, { ...options, method: 'by_time' });

  it('validate each block on what was before it', () => {
    expect(made).toHaveLength(4);
    for (const { train, validation } of made) {
      expect(Math.max(...timesOf(train))).toBeLessThan(Math.min(...timesOf(validation)));
    }
    const first = rows.length - made.reduce((sum, { validation }) => sum + validation.length, 0);
    expect(made.map(({ train }) => train.length)).toEqual(
      made.map((_, index) => made.slice(0, index).reduce((sum, { validation }) => sum + validation.length, first)),
    );
    for (const { validation } of made) expect(Math.abs(validation.length - 96)).toBeLessThanOrEqual(3);
  });

  it('leave the gap out of the training', () => {
    const apart = folds(data, rows, { ...options, gap: 10, method: 'by_time' });
    for (const [index, { train, validation }] of apart.entries()) {
      expect(validation).toEqual(made[index]?.validation);
      expect(Math.max(...timesOf(train))).toBeLessThan(Math.min(...timesOf(validation)) - 10);
      expect(train.length).toBeLessThan(made[index]?.train.length ?? 0);
    }
  });

  it('merge blocks that one instant fills', () => {
    const days = { ...data, times: Float64Array.from({ length: ROWS }, (_, row) => Math.floor(row / 200)) };
    const few = folds(
      days,
      Uint32Array.from({ length: ROWS }, (_, row) => row),
      { ...options, method: 'by_time' },
    );
    expect(few.map(({ train, validation }) => [train.length, validation.length])).toEqual([
      [200, 200],
      [400, 200],
    ]);
  });

  it('leave out those without both classes on both sides', () => {
    const late = { ...data, labels: data.labels.map((label, row) => ((data.times[row] ?? 0) < 60 ? 0 : label)) };
    const fewer = folds(late, rows, { ...options, method: 'by_time' });
    expect(fewer.length).toBeLessThan(made.length);
    expect(fewer.map(({ validation }) => validation)).toEqual(
      made.slice(-fewer.length).map(({ validation }) => validation),
    );
  });

  it('say what to do where fewer than two are left', () => {
    const never = { ...data, labels: data.labels.map((label, row) => ((data.times[row] ?? 0) < 150 ? 0 : label)) };
    expect(() => folds(never, rows, { ...options, method: 'by_time' })).toThrow(
      /at least 2 folds.*there (is 1|are none): send a longer period.*fewer folds/,
    );
    expect(() => folds(data, rows, { ...options, gap: 1_000, method: 'by_time' })).toThrow(/a shorter gap/);
  });
});

describe.each(['stratified', 'grouped'] as const)('folds %s', (method) => {
  const made = folds(data, rows, { ...options, method });

  it('validate each row once, and train on all others', () => {
    expect(made.flatMap(({ validation }) => [...validation]).sort((a, b) => a - b)).toEqual([...rows]);
    for (const { train, validation } of made) {
      expect([...train, ...validation].sort((a, b) => a - b)).toEqual([...rows]);
      expect(validation.filter((row) => data.labels[row] === 1)).toHaveLength(12);
    }
  });

  it('keep entities on one side if asked to', () => {
    const shared = made.filter(({ train, validation }) => {
      const known = new Set(Array.from(train, (row) => data.entities[row]));
      return validation.some((row) => known.has(data.entities[row]));
    });
    expect(shared).toHaveLength(method === 'grouped' ? 0 : 4);
  });

  it('are the same for the same seed', () => {
    expect(folds(data, rows, { ...options, method })).toEqual(made);
    expect(folds(data, rows, { ...options, method, seed: 2 })).not.toEqual(made);
  });

  it('say what to do where there is one fraud', () => {
    const one = { ...data, labels: data.labels.map((_, row) => (row === 100 ? 1 : 0)) };
    expect(() => folds(one, rows, { ...options, method })).toThrow(/there are none: send more/);
    const random = seededRandom(5);
    const two = { ...data, labels: new Uint8Array(ROWS) };
    two.labels[100] = 1;
    two.labels[uniformInt(random, 200, 400)] = 1;
    expect(folds(two, rows, { ...options, method })).toHaveLength(2);
  });
});

it.each([
  [{ count: 1 }, /folds must be/],
  [{ count: 255 }, /folds must be/],
  [{ gap: -1 }, /gap/],
  [{ gap: NaN }, /gap/],
])('refuses %j', (wrong, message) => {
  expect(() => folds(data, rows, { ...options, method: 'by_time', ...wrong })).toThrow(message);
});
