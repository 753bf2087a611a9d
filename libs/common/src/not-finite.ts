import { endOfText } from './json-text.js';
import type { ProblemField } from './problem.js';

const MAX_FIELDS = 100;

/** What Python's json.dumps writes and JSON does not know. */
const NOT_FINITE = /-?\b(?:NaN|Infinity)\b/g;

/** Begins the texts that stand in for them; no name or number does. */
const MARK = '\u0000';

/** Where a text that is JSON but for `NaN`, `Infinity` and `-Infinity` holds those; none where it is broken otherwise. */
export function notFiniteFields(text: string): ProblemField[] {
  let value: unknown;
  try {
    value = JSON.parse(quoteNotFinite(text));
  } catch {
    return [];
  }
  return findMarked(value);
}

/** Puts quotes and a mark to what stands outside of texts. By hand: a regular expression overflows on a long text. */
function quoteNotFinite(text: string): string {
  const parts: string[] = [];
  let marked = 0;
  // What is beyond the last field that is reported need but be JSON.
  const mark = (token: string): string => (++marked > MAX_FIELDS ? '0' : `"\\u0000${token}"`);
  for (let from = 0; from < text.length;) {
    const quote = text.indexOf('"', from);
    const outside = text.slice(from, quote < 0 ? text.length : quote);
    parts.push(outside.replace(NOT_FINITE, mark));
    if (quote < 0) break;
    from = endOfText(text, quote);
    parts.push(text.slice(quote, from));
  }
  return parts.join('');
}

/** A list or an object that is being looked through, and how far. */
interface Frame {
  readonly values: readonly unknown[];
  /** Null for a list. */
  readonly names: readonly string[] | null;
  next: number;
}

/** In the order of the document; without recursion, and nothing is made per value: a body may hold millions. */
function findMarked(value: unknown): ProblemField[] {
  const fields: ProblemField[] = [];
  const frames: Frame[] = [frameOf([value])];
  for (let frame = frames.at(-1); frame && fields.length < MAX_FIELDS; frame = frames.at(-1)) {
    const child = frame.values[frame.next++];
    if (typeof child === 'string' && child.startsWith(MARK)) {
      fields.push({ path: pathOf(frames), message: `must be a finite number, got ${child.slice(1, 10)}` });
    } else if (typeof child === 'object' && child !== null) {
      frames.push(frameOf(child));
    } else if (frame.next > frame.values.length) {
      frames.pop();
    }
  }
  return fields;
}

function frameOf(holder: object): Frame {
  return Array.isArray(holder)
    ? { values: holder, names: null, next: 0 }
    : { values: Object.values(holder), names: Object.keys(holder), next: 0 };
}

/** Where the innermost frame stands; the outermost holds but the body. */
function pathOf([, ...frames]: readonly Frame[]): string {
  return frames
    .slice(-20)
    .map(({ names, next }) => (names?.[next - 1] ?? String(next - 1)).slice(0, 128))
    .join('.');
}
