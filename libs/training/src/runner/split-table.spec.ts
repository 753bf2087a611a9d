import { describe, expect, it } from '@jest/globals';
import { splitTable } from './split-table.js';

const table = (labels: number[], timed: boolean) => ({
  table: { rows: labels.length, columns: new Map() },
  labels: Uint8Array.from(labels),
  times: timed ? Float64Array.from(labels, (_, row) => row) : null,
  weights: null,
  entities: null,
  costs: null,
  rows: labels.length,
  frauds: labels.filter((label) => label === 1).length,
});

describe('splitTable', () => {
  const evenly = Array.from({ length: 100 }, (_, row) => (row % 10 === 0 ? 1 : 0));

  it('holds out the latest fifth where there is a time', () => {
    const { train, holdout } = splitTable(table(evenly, true), 1);
    expect([...holdout]).toEqual(Array.from({ length: 20 }, (_, at) => 80 + at));
    expect(train).toHaveLength(80);
  });

  it('keeps the share of frauds otherwise', () => {
    const { holdout } = splitTable(table(evenly, false), 1);
    expect([...holdout].filter((row) => evenly[row] === 1)).toHaveLength(2);
  });

  it.each([
    ['no frauds at the end', evenly.map((label, row) => (row < 50 ? label : 0)), /latest fifth.*no frauds/],
    ['no frauds before', evenly.map((label, row) => (row < 80 ? 0 : label)), /earliest four fifths.*no frauds/],
    ['nothing but frauds at the end', evenly.map((label, row) => (row < 80 ? label : 1)), /latest.*nothing but frauds/],
  ])('says so where there are %s', (_, labels, message) => {
    expect(() => splitTable(table(labels, true), 1)).toThrow(message);
  });
});
