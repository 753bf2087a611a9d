import { Problem } from '@app/common';

/** 404 */
export function noDecision(id: string): Problem {
  return Problem.notFound(`The decision ${id}`);
}

/** 503 */
export function explanationUnavailable(cause?: unknown): Problem {
  const detail = 'This version cannot be explained now; the logs say why. Score without `explain`.';
  return Problem.unavailable('explanation_unavailable', detail, 30, cause);
}

/** 422, at `path` of the body */
export function tooMany(path: string, max: number, sent: number): Problem {
  return Problem.invalid([{ path, message: `must hold at most ${max} transactions, got ${sent}: send them in parts` }]);
}

/** 503 */
export function logFull(): Problem {
  return Problem.unavailable('busy', 'Decisions come faster than the database stores them; send this one again.', 2);
}

/** 409 */
export function idempotencyKeyReused(): Problem {
  const detail =
    'This Idempotency-Key came with another request in the last 24 hours; send each request with a key of its own.';
  return new Problem(409, 'idempotency_key_reused', detail);
}

/** 422 */
export function badIdempotencyKey(): Problem {
  return Problem.invalidParameter([
    { path: 'Idempotency-Key', message: 'must be 1 to 255 printable ASCII characters, like a UUID' },
  ]);
}

/** 503 */
export function idempotencyKeyBusy(cause?: unknown): Problem {
  const detail = 'A request with this Idempotency-Key is being worked on; send this one again.';
  return Problem.unavailable('busy', detail, 2, cause);
}
