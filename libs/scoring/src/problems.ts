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
