import { describe, expect, it } from '@jest/globals';
import { Batch } from './batch.js';

describe('Batch', () => {
  it('gives each hit its own place in the window', async () => {
    const batch = new Batch();
    expect(batch.empty).toBe(true);
    const places = [batch.add('shop'), batch.add('desk'), batch.add('shop')];
    expect(batch.empty).toBe(false);
    expect([...batch.hits]).toEqual([
      ['shop', 2],
      ['desk', 1],
    ]);
    batch.settle(
      new Map([
        ['shop', { hits: 12, millisecondsLeft: 500 }],
        ['desk', { hits: 1, millisecondsLeft: 900 }],
      ]),
    );
    const [first, second, third] = places;
    expect(await batch.placeOf('shop', first ?? 0)).toEqual({ hits: 11, millisecondsLeft: 500 });
    expect(await batch.placeOf('desk', second ?? 0)).toEqual({ hits: 1, millisecondsLeft: 900 });
    expect(await batch.placeOf('shop', third ?? 0)).toEqual({ hits: 12, millisecondsLeft: 500 });
  });

  it('knows no place when it could not be counted', async () => {
    const batch = new Batch();
    const place = batch.add('shop');
    batch.settle(null);
    expect(await batch.placeOf('shop', place)).toBeNull();
  });
});
