import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { KeyHolder } from './principal.js';

/** A holder as the database knows it. */
export interface StoredKey extends KeyHolder {
  /** SHA-256 of the key, in hex. */
  readonly keyHash: string;
}

interface Entry {
  /** The digest in hex, as bytes. */
  readonly digest: Buffer;
  readonly holder: KeyHolder;
}

const HEX_DIGITS = 64;

/** SHA-256 suffices: a key is random, not a password that could be guessed from a list. */
export function hashKey(key: string): string {
  return hash('sha256', key, 'hex');
}

/** A new key: 256 random bits behind a prefix by which people and secret scanners know it. */
export function newKey(): string {
  return `fs_${randomBytes(32).toString('base64url')}`;
}

/**
 * All valid keys in memory, so that a request is let in without I/O. Keys are looked up by the first 32 bits of their
 * digest, so the time taken can tell at most those, and does not grow with the number of keys (see decision 0009).
 */
export class KeyRing {
  private readonly entries = new Map<string, readonly Entry[]>();
  /** Where the digest of the key that is looked up is put: a buffer of its own for each would cost more than all else. */
  private readonly looked = Buffer.alloc(HEX_DIGITS);

  constructor(keys: readonly StoredKey[]) {
    for (const { keyHash, id, name, scopes, expiresAt, rateLimitPerMinute } of keys) {
      const holder = Object.freeze({ id, name, scopes, expiresAt, rateLimitPerMinute });
      const start = startOf(keyHash);
      const entry = { digest: Buffer.from(keyHash, 'latin1'), holder };
      this.entries.set(start, [...(this.entries.get(start) ?? []), entry]);
    }
  }

  /** The key of this name opens nothing any more. */
  remove(name: string): void {
    for (const [start, entries] of this.entries) {
      if (entries.some(({ holder }) => holder.name === name)) {
        this.entries.set(
          start,
          entries.filter(({ holder }) => holder.name !== name),
        );
      }
    }
  }

  /** Compares whole digests in constant time, also where several start alike. */
  find(key: string): KeyHolder | undefined {
    const digest = hashKey(key);
    this.looked.write(digest, 'latin1');
    let found: KeyHolder | undefined;
    for (const entry of this.entries.get(startOf(digest)) ?? []) {
      if (timingSafeEqual(entry.digest, this.looked)) found = entry.holder;
    }
    return found;
  }
}

/** 32 bits of a digest. */
function startOf(keyHash: string): string {
  return keyHash.slice(0, 8);
}
