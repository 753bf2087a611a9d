import { describe, expect, it } from '@jest/globals';
import { Windows } from './windows.js';

describe('Windows', () => {
  it('opens a window that lasts its time', () => {
    const windows = new Windows(60);
    expect(windows.find('shop', 0)).toBeUndefined();
    const window = windows.open('shop', 0);
    expect(window).toEqual({ hits: 0, endsAt: 60, shared: false });
    expect(windows.open('shop', 59)).toBe(window);
    expect(windows.find('shop', 60)).toBeUndefined();
    expect(windows.open('shop', 60)).not.toBe(window);
  });

  it('forgets the windows of keys that are not used any more', () => {
    const windows = new Windows(60);
    for (let key = 0; key < 1_000; key++) windows.open(`key ${key}`, key % 60);
    windows.set('told by Redis', { hits: 5, endsAt: 200, shared: true });
    windows.open('shop', 150);
    expect(windows.size).toBe(2);
    expect(windows.find('told by Redis', 150)?.hits).toBe(5);
  });
});
