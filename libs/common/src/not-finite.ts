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
  for (let from = 0; from < text.length;) {
    const quote = text.indexOf('"', from);
    const outside = text.slice(from, quote < 0 ? text.length : quote);
    parts.push(outside.replace(NOT_FINITE, '"\\u0000$&"'));
    if (quote < 0) break;
    from = endOfText(text, quote);
    parts.push(text.slice(quote, from));
  }
  return parts.join('');
}

/** Behind the quote that ends the text beginning at `start`. */
function endOfText(text: string, start: number): number {
  for (let from = start + 1; ;) {
    const quote = text.indexOf('"', from);
    if (quote < 0) return text.length;
    let backslashes = 0;
    while (text[quote - 1 - backslashes] === '\\') backslashes++;
    if (backslashes % 2 === 0) return quote + 1;
    from = quote + 1;
  }
}

interface Place {
  readonly value: unknown;
  readonly name: string;
  readonly parent: Place | null;
}

/** In the order of the document; without recursion, since a body may be nested deeper than the stack. */
function findMarked(value: unknown): ProblemField[] {
  const fields: ProblemField[] = [];
  const places: Place[] = [{ value, name: '', parent: null }];
  for (let place = places.pop(); place && fields.length < MAX_FIELDS; place = places.pop()) {
    const { value } = place;
    if (typeof value === 'string' && value.startsWith(MARK)) {
      fields.push({ path: pathOf(place), message: `must be a finite number, got ${value.slice(1, 10)}` });
    } else if (typeof value === 'object' && value !== null) {
      for (const [name, child] of Object.entries(value).reverse()) places.push({ value: child, name, parent: place });
    }
  }
  return fields;
}

function pathOf(place: Place): string {
  const names: string[] = [];
  for (let at = place; at.parent; at = at.parent) if (names.length < 20) names.push(at.name.slice(0, 128));
  return names.reverse().join('.');
}
