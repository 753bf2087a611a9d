import { excessOfJson } from './json-text.js';
import { notFiniteFields } from './not-finite.js';
import { Problem } from './problem.js';

/**
 * A JSON body as a value.
 * @throws Problem 422, naming the fields where the text holds NaN or Infinity
 */
export function parseJsonBody(text: string): unknown {
  if (text.trim() === '') throw Problem.invalid([{ path: '', message: 'the body is empty; send a JSON document' }]);
  const excess = excessOfJson(text);
  if (excess !== undefined) throw Problem.invalid([{ path: '', message: excess }]);
  try {
    return JSON.parse(text);
  } catch (error) {
    const fields = notFiniteFields(text);
    throw Problem.invalid(
      fields.length > 0 ? fields : [{ path: '', message: `the body is not JSON: ${messageOf(error)}` }],
    );
  }
}

/** V8 repeats a part of the body in its message; a body may hold what must not reach a log. */
function messageOf(error: unknown): string {
  const place =
    error instanceof Error ? /at position \d+(?: \(line \d+ column \d+\))?/.exec(error.message)?.[0] : undefined;
  return place ? `broken ${place}` : 'it breaks off or holds something JSON does not know';
}
