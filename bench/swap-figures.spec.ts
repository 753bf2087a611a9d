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

test('tells requests beside a swap from those apart, until a second after the new version has answered', () => {
  const seen = requests([
    [8_999, 1, 200, 1],
    [9_000, 10, 200, 1],
    [10_001, 30, 200, 1],
    [10_400, 100, 200, 2],
    [11_500, 20, 200, 2],
    [11_501, 2, 200, 2],
    [12_000, 3, 503, NaN],
  ]);
  expect(swapFigures(seen, [{ asked: 10_000, version: 2 }])).toEqual({
    near: { count: 4, p50: 20, p99: 100, longest: 100 },
    apart: { count: 3, p50: 2, p99: 3, longest: 3 },
    failed: 1,
    answeredBy: new Map([
      [1, 3],
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
  expect(() => swapFigures(seen, [{ asked: 1_500, version: 2 }])).toThrow('version 2 never answered');
});
