import { describe, expect, it } from '@jest/globals';
import { ROWS_PER_STATEMENT, shareOut } from './share-out.js';

const FEWEST_ROWS = 8;

/** The rows of each statement until none waits, or no connection is free. */
function statementsOf(waiting: number, free: number): number[] {
  if (waiting === 0 || free === 0) return [];
  const rows = shareOut(waiting, { free, fewest: FEWEST_ROWS });
  return [rows, ...statementsOf(waiting - Math.min(rows, waiting), free - 1)];
}

describe('shareOut', () => {
  it('gives each of the free connections as much', () => {
    expect(statementsOf(40, 3)).toEqual([14, 13, 13]);
    expect(statementsOf(27, 2)).toEqual([14, 13]);
    expect(statementsOf(13, 1)).toEqual([13]);
  });

  it('leaves out connections for which too little would be left', () => {
    expect(statementsOf(5, 3)).toEqual([5]);
    expect(statementsOf(15, 3)).toEqual([15]);
    expect(statementsOf(20, 3)).toEqual([10, 10]);
    for (let waiting = FEWEST_ROWS; waiting <= 200; waiting++) {
      for (const free of [1, 2, 3])
        expect(Math.min(...statementsOf(waiting, free))).toBeGreaterThanOrEqual(FEWEST_ROWS);
    }
  });

  it('keeps to what a statement may hold', () => {
    expect(shareOut(100_000, { free: 3, fewest: FEWEST_ROWS })).toBe(ROWS_PER_STATEMENT);
  });
});
