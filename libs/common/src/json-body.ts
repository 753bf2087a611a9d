import { Problem, type ProblemField } from './problem.js';

/** `"field": NaN`, `"field": -Infinity`: what Python's json.dumps writes and JSON does not know. */
const NOT_FINITE = /"((?:[^"\\]|\\.)*)"\s*:\s*(NaN|-?Infinity)\b/g;

/**
 * A JSON body as a value.
 * @throws Problem 422, naming the fields where the text holds NaN or Infinity
 */
export function parseJsonBody(text: string): unknown {
  if (text.trim() === '') throw Problem.invalid([{ path: '', message: 'the body is empty; send a JSON document' }]);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw Problem.invalid(notFinite(text) ?? [{ path: '', message: `the body is not JSON: ${messageOf(error)}` }]);
  }
}

function notFinite(text: string): ProblemField[] | undefined {
  const fields = [...text.matchAll(NOT_FINITE)].slice(0, 100).map(([, path = '', value = '']) => ({
    path,
    message: `must be a finite number, got ${value}`,
  }));
  return fields.length > 0 ? fields : undefined;
}

/** V8 repeats a part of the body in its message; a body may hold what must not reach a log. */
function messageOf(error: unknown): string {
  const place =
    error instanceof Error ? /at position \d+(?: \(line \d+ column \d+\))?/.exec(error.message)?.[0] : undefined;
  return place ? `broken ${place}` : 'it breaks off or holds something JSON does not know';
}
