import { describe, expect, it } from '@jest/globals';
import { ROWS_PER_STATEMENT, shareOut } from './share-out.js';

describe('shareOut', () => {
  it.each([
    [20, 3, 7],
    [13, 2, 7],
    [6, 1, 6],
  ])('gives each of the free connections as much: of %d rows over %d, %d', (waiting, free, rows) => {
    expect(shareOut(waiting, free)).toBe(rows);
  });

  it('does not make statements of a row or two', () => {
    expect(shareOut(5, 3)).toBe(4);
    expect(shareOut(1, 3)).toBe(4);
  });

  it('keeps to what a statement may hold', () => {
    expect(shareOut(100_000, 3)).toBe(ROWS_PER_STATEMENT);
  });
});
