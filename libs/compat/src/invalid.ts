import { Problem } from '@app/common';

/** What is wrong with one part of a body; `path` is "" for the body itself. */
export function invalid(path: string, message: string): Problem {
  return Problem.invalid([{ path, message }]);
}
