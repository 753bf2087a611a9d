import { excessOfJson, MAX_LEVELS } from './json-text.js';
import { notFiniteFields } from './not-finite.js';
import { Problem } from './problem.js';

/**
 * A JSON body as a value.
 * @throws Problem 422, naming the fields where the text holds NaN or Infinity
 */
export function parseJsonBody(text: string): unknown {
  // A shorter one cannot be too deep, nor hold too much.
  const excess = text.length > MAX_LEVELS * 2 ? excessOfJson(text) : undefined;
  if (excess !== undefined) throw Problem.invalid([{ path: '', message: excess }]);
  try {
    return JSON.parse(text);
  } catch (error) {
    if (text.trim() === '') throw Problem.invalid([{ path: '', message: 'the body is empty; send a JSON document' }]);
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
