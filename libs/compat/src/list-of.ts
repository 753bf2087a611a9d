import { Problem } from '@app/common';

/** The body of a route that takes a list. @throws Problem 422 */
export function listOf(body: unknown): readonly unknown[] {
  if (!Array.isArray(body)) throw Problem.invalid([{ path: '', message: 'must be a list of objects: [{…}, …]' }]);
  return body;
}
