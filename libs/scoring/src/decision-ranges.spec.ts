import { describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { type IdRange, rangesBack } from './decision-ranges.js';

const NOW = Date.parse('2026-06-01T00:00:00Z');
const WEEK = 7 * 24 * 3_600 * 1_000;

async function rangesOf(before: string | null, oldest: number, lastWeekFirst = true): Promise<IdRange[]> {
  const ranges: IdRange[] = [];
  for await (const range of rangesBack(before, lastWeekFirst, () => Promise.resolve(oldest), NOW)) ranges.push(range);
  return ranges;
}

/** When a range begins, in weeks before now; null: there is no beginning. */
function weeksBack(range: IdRange | undefined): number | null | undefined {
  const from = range?.from;
  if (typeof from !== 'string') return from;
  return (NOW - Number.parseInt(from.slice(0, 8) + from.slice(9, 13), 16)) / WEEK;
}

describe('rangesBack', () => {
  it('looks through the last week first, then 60 weeks at a time until nothing is older', async () => {
    const ranges = await rangesOf(null, NOW - 130 * WEEK);
    expect(ranges.map(weeksBack)).toEqual([1, 61, 121, null]);
    expect(ranges[0]?.from).toBe('019e5c6e-6800-0000-0000-000000000000');
  });

  it.each([null, uuidv7({ msecs: NOW - 10 * WEEK }), 'ffffffff-ffff-7fff-bfff-ffffffffffff'])(
    'leaves nothing out and takes nothing twice: before %s',
    async (before) => {
      const ranges = await rangesOf(before, NOW - 200 * WEEK);
      expect(ranges[0]?.to).toBe(before);
      expect(ranges.slice(1).map(({ to }) => to)).toEqual(ranges.slice(0, -1).map(({ from }) => from));
      expect(ranges.at(-1)?.from).toBeNull();
    },
  );

  it('looks through all at once that is not older than that, when it is likely anywhere', async () => {
    expect(await rangesOf(null, NOW - 60 * WEEK, false)).toEqual([{ from: null, to: null }]);
    expect((await rangesOf(null, NOW - 61 * WEEK, false)).map(weeksBack)).toEqual([60, null]);
  });

  it('does not ask what is oldest when the first range has the page', async () => {
    const ranges = rangesBack(null, true, () => Promise.reject(new Error('asked')), NOW);
    expect((await ranges.next()).done).toBe(false);
    await expect(ranges.next()).rejects.toThrow('asked');
  });

  it('goes back from what a client sends, and no further than now', async () => {
    expect(weeksBack((await rangesOf(uuidv7({ msecs: NOW - 10 * WEEK }), NOW))[0])).toBe(11);
    expect(weeksBack((await rangesOf('f47ac10b-58cc-4372-a567-0e02b2c3d479', NOW))[0])).toBe(1);
    const oldest = '00000000-0000-4000-8000-000000000000';
    expect(await rangesOf(oldest, NOW)).toEqual([{ from: null, to: oldest }]);
  });
});
