import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import { ApiKeysService } from './api-keys.service.js';
import { keyExpired, keyMissing, keyUnknown } from './key-problems.js';
import { hasExpired, type KeyHolder } from './principal.js';

/** Whose key a request carries. Costs no I/O, so that it can be asked before a body is read. */
@Injectable()
export class KeyCheck {
  constructor(private readonly keys: ApiKeysService) {}

  /** Who may score by the key that a request carries; undefined: nobody, or `holderOf` says why not. */
  scorerOf(headers: IncomingHttpHeaders): KeyHolder | undefined {
    const key = headers['x-api-key'];
    const holder = typeof key === 'string' ? this.keys.find(key) : undefined;
    return holder?.scopes.includes('score') && !hasExpired(holder) ? holder : undefined;
  }

  /** Changes whenever a key may have become invalid; as long as it does not, who was let in may go on. */
  get generation(): number {
    return this.keys.generation;
  }

  /** @throws Problem 403 where the key is missing or not valid now */
  holderOf(headers: IncomingHttpHeaders): KeyHolder {
    const key = headers['x-api-key'];
    if (typeof key !== 'string' || key === '') throw keyMissing();
    const holder = this.keys.find(key);
    if (!holder) throw keyUnknown();
    if (hasExpired(holder)) throw keyExpired(holder.name);
    return holder;
  }
}
