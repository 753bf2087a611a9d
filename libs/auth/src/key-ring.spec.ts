import { describe, expect, it } from '@jest/globals';
import { hashKey, KeyRing } from './key-ring.js';

const holder = (name: string, key: string) => ({ name, scopes: ['score'] as const, keyHash: hashKey(key) });

describe('KeyRing', () => {
  const ring = new KeyRing([holder('shop', 'key of the shop'), holder('desk', 'key of the desk')]);

  it('finds the holder of a key', () => {
    expect(ring.find('key of the desk')).toEqual({ name: 'desk', scopes: ['score'] });
    expect(ring.find('key of the shop')?.name).toBe('shop');
  });

  it.each(['', 'key of the des', 'key of the desk ', hashKey('key of the desk')])('knows no holder of %j', (key) => {
    expect(ring.find(key)).toBeUndefined();
  });

  it('is empty without keys', () => {
    expect(new KeyRing([]).find('anything')).toBeUndefined();
  });
});
