import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { KeyHolder } from './principal.js';

/** A holder as the database knows it. */
export interface StoredKey extends KeyHolder {
  /** SHA-256 of the key, in hex. */
  readonly keyHash: string;
}

interface Entry {
  readonly digest: Buffer;
  readonly holder: KeyHolder;
}

/** SHA-256 suffices: a key is random, not a password that could be guessed from a list. */
export function hashKey(key: string): string {
  return digestOf(key).toString('hex');
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
  private readonly entries = new Map<number, readonly Entry[]>();

  constructor(keys: readonly StoredKey[]) {
    for (const { keyHash, id, name, scopes, expiresAt, rateLimitPerMinute } of keys) {
      const digest = Buffer.from(keyHash, 'hex');
      const holder = Object.freeze({ id, name, scopes, expiresAt, rateLimitPerMinute });
      const start = startOf(digest);
      this.entries.set(start, [...(this.entries.get(start) ?? []), { digest, holder }]);
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
    const digest = digestOf(key);
    let found: KeyHolder | undefined;
    for (const entry of this.entries.get(startOf(digest)) ?? []) {
      if (timingSafeEqual(entry.digest, digest)) found = entry.holder;
    }
    return found;
  }
}

function digestOf(key: string): Buffer {
  return hash('sha256', key, 'buffer');
}

function startOf(digest: Buffer): number {
  return digest.readUInt32BE(0);
}
