import { Problem } from '@app/common';
import type { Scope } from './principal.js';

/** 403 */
export function keyMissing(): Problem {
  return new Problem(403, 'key_missing', 'Send your key in the X-API-Key header.');
}

/** 403, also for a key that was revoked. */
export function keyUnknown(): Problem {
  return new Problem(403, 'key_unknown', 'The key in X-API-Key is not valid.');
}

/** 403 */
export function keyExpired(name: string): Problem {
  return new Problem(403, 'key_expired', `The key "${name}" has expired.`);
}

/** 403 */
export function scopeMissing(name: string, scope: Scope): Problem {
  return new Problem(403, 'scope_missing', `The key "${name}" lacks the scope "${scope}".`);
}

/** 409 */
export function keyExists(name: string): Problem {
  return new Problem(409, 'key_exists', `There is or was a key "${name}"; a name is never given twice.`);
}

/** 404 */
export function noKey(name: string): Problem {
  return Problem.notFound(`The key "${name}"`);
}

/** 409 */
export function keyFromEnvironment(): Problem {
  const detail = 'This key comes from API_KEY: give that another value and restart the API; the old key is then void.';
  return new Problem(409, 'key_from_environment', detail);
}

/** 409 */
export function lastManager(name: string): Problem {
  const detail = `"${name}" is the last key with the scope "manage": make another one first, with POST /v1/keys.`;
  return new Problem(409, 'last_manager', detail);
}

/** 422 */
export function expiryPast(): Problem {
  return Problem.invalid([
    { path: 'expires_at', message: 'must lie in the future: a key from the past opens nothing' },
  ]);
}
