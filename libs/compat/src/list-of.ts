import { Problem } from '@app/common';
import { assertBatchSize } from '@app/scoring';

/** The body of a route that takes a list of transactions. @throws Problem 422 */
export function listOf(body: unknown): readonly unknown[] {
  if (!Array.isArray(body)) throw Problem.invalid([{ path: '', message: 'must be a list of objects: [{…}, …]' }]);
  assertBatchSize(body);
  return body;
}
