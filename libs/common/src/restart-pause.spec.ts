import { describe, expect, it } from '@jest/globals';
import { failuresInARow, restartPause } from './restart-pause.js';

describe('restartPause', () => {
  it('doubles, up to half a minute', () => {
    expect([1, 2, 3, 7, 100].map(restartPause)).toEqual([500, 1_000, 2_000, 30_000, 30_000]);
  });
});

describe('failuresInARow', () => {
  it('begins anew after a process that ran for a minute', () => {
    expect(failuresInARow(0, 10)).toBe(1);
    expect(failuresInARow(3, 10)).toBe(4);
    expect(failuresInARow(3, 61_000)).toBe(1);
  });
});
