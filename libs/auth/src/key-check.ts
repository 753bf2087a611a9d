import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import { Problem } from '@app/common';
import { ApiKeysService } from './api-keys.service.js';
import { hasExpired, type KeyHolder } from './principal.js';

/** Whose key a request carries. Costs no I/O, so that it can be asked before a body is read. */
@Injectable()
export class KeyCheck {
  constructor(private readonly keys: ApiKeysService) {}

  /** @throws Problem 403 where the key is missing or not valid now */
  holderOf(headers: IncomingHttpHeaders): KeyHolder {
    const key = headers['x-api-key'];
    if (typeof key !== 'string' || key === '') {
      throw new Problem(403, 'key_missing', 'Send your key in the X-API-Key header.');
    }
    const holder = this.keys.find(key);
    if (!holder) throw new Problem(403, 'key_unknown', 'The key in X-API-Key is not valid.');
    if (hasExpired(holder)) throw new Problem(403, 'key_expired', `The key "${holder.name}" has expired.`);
    return holder;
  }
}
