import { assertBatchSize } from '@app/scoring';
import { invalid } from './invalid.js';

/** The body of a route that takes a list, not longer than one request may be. @throws Problem 422 */
export function listOf(body: unknown): readonly unknown[] {
  if (!Array.isArray(body)) throw invalid('', 'must be a list of objects: [{…}, …]');
  assertBatchSize(body);
  return body;
}
