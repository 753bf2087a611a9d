import { describe, expect, it } from '@jest/globals';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { seededRandom } from '../seeded-random.js';
import { dealRows } from './deal-rows.js';

const SHARES = [0.64, 0.16, 0.2];

function withFrauds(rows: number, frauds: number): Uint8Array {
  return Uint8Array.from({ length: rows }, (_, row) => ((row * 7) % rows < frauds ? 1 : 0));
}

function count(rows: Uint32Array, labels: Uint8Array, label: number): number {
  return rows.filter((row) => labels[row] === label).length;
}

function deal(labels: Uint8Array, seed: number, entities: Int32Array | null = null): Uint32Array[] {
  return dealRows(labels, entities, Uint32Array.from(labels.keys()), SHARES, seed);
}

describe('dealRows', () => {
  it('gives each part its share of both classes', () => {
    const labels = withFrauds(1_000, 50);
    const parts = deal(labels, 7);
    expect(parts.map((part) => count(part, labels, 1))).toEqual([32, 8, 10]);
    expect(parts.map((part) => count(part, labels, 0))).toEqual([608, 152, 190]);
  });

  it('gives the same parts for the same seed, others for another', () => {
    const labels = withFrauds(300, 30);
    expect(deal(labels, 1)).toEqual(deal(labels.slice(), 1));
    expect(new Set(Array.from({ length: 20 }, (_, seed) => deal(labels, seed).join('|'))).size).toBe(20);
  });

  it('leaves rows in their part when others are added behind them', () => {
    const long = Uint8Array.from({ length: 3_000 }, (_, row) => (row % 10 === 0 ? 1 : 0));
    const [short, grown] = [deal(long.slice(0, 1_000), 1), deal(long, 1)];
    // The thousand has whole hundreds of both classes; of an unfinished one some rows might move.
    expect(grown.map((part) => part.filter((row) => row < 1_000))).toEqual(short);
  });

  it('holds every row out about equally often', () => {
    const labels = withFrauds(50, 10);
    const times = new Uint32Array(50);
    for (let seed = 0; seed < 2_000; seed++) {
      for (const row of deal(labels, seed)[2] ?? []) times[row] = (times[row] ?? 0) + 1;
    }
    // 400 expected, with a standard deviation of 17.9: within five of them.
    expect(Math.min(...times)).toBeGreaterThan(310);
    expect(Math.max(...times)).toBeLessThan(490);
  });

  it('gives each part a fraud where there are three, and the first parts where there are fewer', () => {
    const frauds = (number: number): number[][] =>
      Array.from({ length: 20 }, (_, seed) => {
        const labels = withFrauds(31, number);
        return deal(labels, seed).map((part) => count(part, labels, 1));
      });
    expect(frauds(3)).toEqual(Array.from({ length: 20 }, () => [1, 1, 1]));
    expect(frauds(1)).toEqual(Array.from({ length: 20 }, () => [1, 0, 0]));
  });

  it.each(Array.from({ length: 40 }, (_, seed) => seed))('deals random labels out completely, seed %d', (seed) => {
    const random = seededRandom(seed);
    const labels = Uint8Array.from({ length: uniformInt(random, 0, 300) }, () =>
      uniformInt(random, 0, 9) === 0 ? 1 : 0,
    );
    const rows = Uint32Array.from(labels.keys()).filter((row) => row % 3 !== 1);
    const parts = dealRows(labels, null, rows, SHARES, seed);
    expect(parts.flatMap((part) => [...part]).sort((a, b) => a - b)).toEqual([...rows]);
    for (const [index, part] of parts.entries()) {
      expect(Uint32Array.from(part).sort()).toEqual(part);
      for (const label of [0, 1]) {
        const all = count(rows, labels, label);
        const wanted = all * (SHARES[index] ?? 0);
        // A part filled for want of a row takes it from the first.
        expect(Math.abs(count(part, labels, label) - wanted)).toBeLessThanOrEqual(all < 20 ? 2 : 1);
        if (all >= 3) expect(count(part, labels, label)).toBeGreaterThan(0);
      }
    }
  });

  describe('of entities', () => {
    const random = seededRandom(11);
    const entities = Int32Array.from(
      { length: 20_000 },
      () => 3 * uniformInt(random, 0, 30) * uniformInt(random, 0, 30) - 7,
    );
    const labels = Uint8Array.from(entities, (entity) => (entity % 5 === 0 && uniformInt(random, 0, 3) === 0 ? 1 : 0));
    const parts = deal(labels, 3, entities);

    it('keeps each in one part', () => {
      const partOf = new Map<number | undefined, Set<number>>();
      for (const [index, part] of parts.entries()) {
        for (const row of part) partOf.set(entities[row], (partOf.get(entities[row]) ?? new Set()).add(index));
      }
      expect([...partOf.values()].filter(({ size }) => size !== 1)).toEqual([]);
      expect(parts.reduce((sum, part) => sum + part.length, 0)).toBe(entities.length);
    });

    it('comes near the shares, of those with a fraud and of those without', () => {
      const withFraud = new Set(entities.filter((_, row) => labels[row] === 1));
      for (const has of [true, false]) {
        const all = entities.filter((entity) => withFraud.has(entity) === has).length;
        for (const [index, part] of parts.entries()) {
          const rows = part.filter((row) => withFraud.has(entities[row] ?? NaN) === has).length;
          expect(Math.abs(rows / all - (SHARES[index] ?? 0))).toBeLessThan(0.01);
        }
      }
    });

    it('does not look at the codes themselves', () => {
      expect(
        deal(
          labels,
          3,
          entities.map((entity) => 1_000_000 - entity),
        ),
      ).toEqual(parts);
    });
  });
});
