import { describe, expect, it } from '@jest/globals';
import { floorsOf, trendOf } from './soak-memory.js';

const MINUTE = 60_000;
const DURATION = 30 * MINUTE;
const MEBIBYTE = 1024 ** 2;

const samples = (bytes: (minute: number) => number) =>
  Array.from({ length: 361 }, (_, index) => ({ at: (index * MINUTE) / 12, bytes: bytes(index / 12) * MEBIBYTE }));

describe('trendOf', () => {
  it('calls flat what grows while it warms up and then goes up and down', () => {
    const trend = trendOf(
      samples((minute) => (minute < 4 ? 100 + 50 * minute : 300 + 20 * Math.sin(minute))),
      DURATION,
    );
    expect(trend.flat).toBe(true);
    expect(trend.ratio).toBeGreaterThan(0.95);
    expect(trend.ratio).toBeLessThan(1.05);
  });

  it('sees what leaks: by the ratio, and by the slope', () => {
    const trend = trendOf(
      samples((minute) => 300 + 2 * minute),
      DURATION,
    );
    expect(trend).toMatchObject({ early: 315, late: 355, peak: 360, flat: false });
    expect(trend.ratio).toBeCloseTo(355 / 315);
    expect(trend.slope).toBeCloseTo(120);
  });

  it('is not taken in by a leak that begins late', () => {
    const trend = trendOf(
      samples((minute) => 300 + Math.max(0, minute - 25) * 20),
      DURATION,
    );
    expect(trend.flat).toBe(false);
  });
});

describe('floorsOf', () => {
  it('keeps the least of each minute', () => {
    const floors = floorsOf(samples((minute) => 100 + 10 * Math.floor(minute) + 50 * (minute % 0.5)).slice(0, 36));
    expect(floors.map(({ bytes }) => bytes / MEBIBYTE)).toEqual([100, 110, 120]);
  });
});
