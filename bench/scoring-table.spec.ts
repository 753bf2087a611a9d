import { expect, test } from '@jest/globals';
import { best, type Measured, scoringRows, timesAsMany } from './scoring-table.js';

const measured = (side: string, clients: number, figures: readonly (readonly [number, number])[]): Measured => ({
  side,
  clients,
  loads: figures.map(([perSecond, p99]) => ({ requests: 1, perSecond, p50: 1, p99, max: p99, generatorCores: 0.1 })),
});

// The second turn fell into a time in which the machine was half as fast.
const limit = measured('limit', 64, [
  [20_000, 4],
  [10_000, 8],
  [20_000, 4],
]);
const service = measured('service', 64, [
  [10_000, 8],
  [6_000, 16],
  [12_000, 12],
]);

test('compares turn by turn, so that a slow turn slows both', () => {
  expect(scoringRows([limit, service], 'limit')).toEqual([
    ['limit', '64', '20000 (10000–20000)', '', '4.0', ''],
    ['service', '64', '10000 (6000–12000)', '0.60 (0.50–0.60)', '12.0', '2.0 (2.0–3.0)'],
  ]);
  expect(timesAsMany(limit, service)).toBe('1.7 (1.7–2.0)');
});

test('compares with the limit at the same number of clients, or not at all', () => {
  const [, row] = scoringRows([limit, { ...service, clients: 20 }], 'limit');
  expect(row).toEqual(['service', '20', '10000 (6000–12000)', '', '12.0', '']);
});

test('finds the number of clients at which a side answers most', () => {
  const all = [8, 20].map((clients) => measured('forest', clients, [[clients * 10, 1]]));
  expect(best([limit, ...all], 'forest')?.clients).toBe(20);
  expect(best([limit], 'forest')).toBeUndefined();
});
