import { describe, expect, it } from '@jest/globals';
import { hashKey, KeyRing, newKey } from './key-ring.js';

const stored = (id: number, name: string, key: string) => ({
  id,
  name,
  scopes: ['score'] as const,
  expiresAt: null,
  rateLimitPerMinute: 60,
  keyHash: hashKey(key),
});

describe('KeyRing', () => {
  const ring = new KeyRing([stored(1, 'shop', 'key of the shop'), stored(2, 'desk', 'key of the desk')]);

  it('finds the holder of a key, and tells no hash', () => {
    expect(ring.find('key of the desk')).toEqual({
      id: 2,
      name: 'desk',
      scopes: ['score'],
      expiresAt: null,
      rateLimitPerMinute: 60,
    });
    expect(ring.find('key of the shop')?.name).toBe('shop');
  });

  it.each(['', 'key of the des', 'key of the desk ', hashKey('key of the desk')])('knows no holder of %j', (key) => {
    expect(ring.find(key)).toBeUndefined();
  });

  it('tells keys apart whose digests start alike', () => {
    const start = hashKey('key of the shop').slice(0, 8);
    const neighbour = (id: number, digit: string) => ({ ...stored(id, digit, ''), keyHash: start + digit.repeat(56) });
    const crowded = new KeyRing([neighbour(2, 'a'), stored(1, 'shop', 'key of the shop'), neighbour(3, 'b')]);
    expect(crowded.find('key of the shop')?.name).toBe('shop');
    expect(new KeyRing([neighbour(2, 'a'), neighbour(3, 'b')]).find('key of the shop')).toBeUndefined();
  });

  it('takes a key out by its name, and leaves its neighbours in', () => {
    const start = hashKey('key of the shop').slice(0, 8);
    const neighbour = { ...stored(2, 'desk', ''), keyHash: start + 'a'.repeat(56) };
    const ring = new KeyRing([neighbour, stored(1, 'shop', 'key of the shop'), stored(3, 'till', 'key of the till')]);
    ring.remove('desk');
    ring.remove('nobody');
    expect(ring.find('key of the shop')?.name).toBe('shop');
    ring.remove('shop');
    expect(ring.find('key of the shop')).toBeUndefined();
    expect(ring.find('key of the till')?.name).toBe('till');
  });

  it('is empty without keys', () => {
    expect(new KeyRing([]).find('anything')).toBeUndefined();
  });
});

describe('newKey', () => {
  it('is 32 random bytes behind a prefix', () => {
    const keys = Array.from({ length: 100 }, newKey);
    for (const key of keys) expect(key).toMatch(/^fs_[\w-]{43}$/);
    expect(new Set(keys).size).toBe(100);
  });
});
