import { describe, expect, it } from '@jest/globals';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { stratifiedSplit } from './stratified-split.js';

function withFrauds(rows: number, frauds: number): Uint8Array {
  return Uint8Array.from({ length: rows }, (_, row) => ((row * 7) % rows < frauds ? 1 : 0));
}

function count(rows: Uint32Array, labels: Uint8Array, label: number): number {
  return rows.filter((row) => labels[row] === label).length;
}

describe('stratifiedSplit', () => {
  it('holds out the same share of both classes', () => {
    const labels = withFrauds(1_000, 50);
    const { train, holdout } = stratifiedSplit(labels, 0.2, 7);
    expect([count(holdout, labels, 1), count(holdout, labels, 0)]).toEqual([10, 190]);
    expect([count(train, labels, 1), count(train, labels, 0)]).toEqual([40, 760]);
  });

  it('gives the same split for the same seed, another for another', () => {
    const labels = withFrauds(300, 30);
    expect(stratifiedSplit(labels, 0.2, 1)).toEqual(stratifiedSplit([...labels], 0.2, 1));
    const splits = Array.from({ length: 20 }, (_, seed) => stratifiedSplit(labels, 0.2, seed).holdout.join());
    expect(new Set(splits).size).toBe(20);
  });

  it('holds every row out about equally often', () => {
    const labels = withFrauds(50, 10);
    const times = new Uint32Array(50);
    for (let seed = 0; seed < 2_000; seed++) {
      for (const row of stratifiedSplit(labels, 0.2, seed).holdout) times[row] = (times[row] ?? 0) + 1;
    }
    // 400 expected, with a standard deviation of 17.9: within five of them.
    expect(Math.min(...times)).toBeGreaterThan(310);
    expect(Math.max(...times)).toBeLessThan(490);
  });

  it('leaves one of each class on both sides where there are two', () => {
    const labels = withFrauds(11, 2);
    for (const share of [0.01, 0.99]) {
      const { train, holdout } = stratifiedSplit(labels, share, 3);
      for (const part of [train, holdout]) {
        expect(count(part, labels, 1)).toBe(1);
        expect(count(part, labels, 0)).toBeGreaterThan(0);
      }
    }
  });

  it('trains on the only row of a class', () => {
    const labels = [0, 0, 0, 1, 0];
    for (let seed = 0; seed < 10; seed++) expect(stratifiedSplit(labels, 0.5, seed).train).toContain(3);
    expect(stratifiedSplit([], 0.5, 1)).toEqual({ train: new Uint32Array(0), holdout: new Uint32Array(0) });
  });

  it('refuses a share, a seed or a label that is none', () => {
    expect(() => stratifiedSplit([0, 1], 1, 1)).toThrow('holdout share');
    expect(() => stratifiedSplit([0, 1], 0.2, 0.5)).toThrow('seed');
    expect(() => stratifiedSplit([0, 1, NaN, 2], 0.2, 1)).toThrow('2 labels are neither 0 nor 1');
  });

  it.each(Array.from({ length: 40 }, (_, seed) => seed))('parts random labels completely, seed %d', (seed) => {
    const random = xoroshiro128plus(seed);
    const rows = uniformInt(random, 0, 300);
    const labels = Uint8Array.from({ length: rows }, () => (uniformInt(random, 0, 9) === 0 ? 1 : 0));
    const share = uniformInt(random, 1, 99) / 100;
    const { train, holdout } = stratifiedSplit(labels, share, seed);
    expect([...train, ...holdout].sort((a, b) => a - b)).toEqual(Array.from(labels.keys()));
    for (const part of [train, holdout]) expect(Uint32Array.from(part).sort()).toEqual(part);
    for (const label of [0, 1]) {
      const all = labels.filter((other) => other === label).length;
      const held = count(holdout, labels, label);
      expect(Math.abs(held - all * share)).toBeLessThanOrEqual(1);
      if (all >= 2) expect(held > 0 && held < all).toBe(true);
    }
  });
});
