import { createHash, timingSafeEqual } from 'node:crypto';
import type { Principal } from './principal.js';

interface KeyHolder extends Principal {
  /** SHA-256 of the key, in hex. */
  readonly keyHash: string;
}

/** SHA-256 suffices: a key is random, not a password that could be guessed from a list. */
export function hashKey(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

/** All valid keys in memory, so that a request is let in without I/O. */
export class KeyRing {
  private readonly holders: readonly { digest: Buffer; principal: Principal }[];

  constructor(holders: readonly KeyHolder[]) {
    this.holders = holders.map(({ keyHash, name, scopes }) => ({
      digest: Buffer.from(keyHash, 'hex'),
      principal: Object.freeze({ name, scopes }),
    }));
  }

  /** Compares with every key in constant time, so that the time taken says nothing about any of them. */
  find(key: string): Principal | undefined {
    const digest = createHash('sha256').update(key).digest();
    let found: Principal | undefined;
    for (const holder of this.holders) if (timingSafeEqual(holder.digest, digest)) found = holder.principal;
    return found;
  }
}
