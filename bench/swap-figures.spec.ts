import { expect, test } from '@jest/globals';
import { swapFigures } from './swap-figures.js';
import type { TimedRequests } from './timed-loads.js';

/** [arrival, latency, status, version] */
const requests = (rows: readonly (readonly [number, number, number, number])[]): TimedRequests => ({
  count: rows.length,
  arrived: Float64Array.from(rows, ([arrival]) => arrival),
  ended: Float64Array.from(rows, ([arrival, latency]) => arrival + latency),
  status: Float64Array.from(rows, ([, , status]) => status),
  version: Float64Array.from(rows, ([, , , version]) => version),
  cpuSeconds: 1,
});

test('tells requests beside a swap from those apart, until a second after the new version has answered, once warm', () => {
  const seen = requests([
    [7_999, 500, 200, 1],
    [8_999, 1, 200, 1],
    [9_000, 10, 200, 1],
    [10_001, 30, 200, 1],
    [10_400, 100, 200, 2],
    [11_500, 20, 200, 2],
    [11_501, 2, 200, 2],
    [12_000, 3, 503, NaN],
  ]);
  expect(swapFigures(seen, [{ asked: 10_000, version: 2 }], 8_000)).toEqual({
    near: { count: 4, p99: 100, usualP99: 100, worstP99: 100, longest: 100 },
    apart: { count: 3, p99: 3, usualP99: 2, worstP99: 3, longest: 3 },
    failed: 1,
    answeredBy: new Map([
      [1, 4],
      [2, 3],
    ]),
    takenOver: [500],
  });
});

test('does not take the former reign of a version for its new one', () => {
  const seen = requests([
    [1_000, 5, 200, 2],
    [2_000, 5, 200, 1],
  ]);
  expect(() => swapFigures(seen, [{ asked: 1_500, version: 2 }], 0)).toThrow('version 2 never answered');
});

test('has all swaps together, and the median of them, in which one pause does not decide', () => {
  const seen = requests([
    [4_000, 3, 200, 1],
    [10_000, 10, 200, 2],
    [15_000, 500, 200, 2],
    [20_000, 20, 200, 1],
    [25_000, 4, 200, 1],
    [30_000, 900, 200, 2],
    [35_000, 5, 200, 2],
  ]);
  const swaps = [
    { asked: 10_000, version: 2 },
    { asked: 20_000, version: 1 },
    { asked: 30_000, version: 2 },
  ];
  expect(swapFigures(seen, swaps, 0)).toMatchObject({
    near: { p99: 900, usualP99: 20, worstP99: 900 },
    apart: { p99: 500, usualP99: 4.5, worstP99: 500 },
  });
});
