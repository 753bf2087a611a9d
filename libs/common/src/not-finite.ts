import { MAX_ERRORS, MAX_NAME_LENGTH } from '@app/features';
import { endOfText } from './json-text.js';
import type { ProblemField } from './problem.js';

/** A path tells so many names, the innermost ones, and so much of each. */
const MAX_NAMES = 20;

/** What Python's json.dumps writes and JSON does not know. */
const NOT_FINITE = /-?\b(?:NaN|Infinity)\b/y;

/** In a stack of places: an object whose next name has not been read. Any other negative number is a name's. */
const NO_NAME = -1;

/**
 * Where a text that is no JSON holds `NaN`, `Infinity` or `-Infinity`: the first hundred places. None where the text does
 * not hold together otherwise, as far as one look at it tells.
 *
 * Reads the text once, and builds nothing but the path to where it stands: whoever sends 16 MiB of numbers and one NaN
 * must not stop everybody else's requests. How deep it may be nested has been looked at before.
 */
export function notFiniteFields(text: string): ProblemField[] {
  const fields: ProblemField[] = [];
  // Of each list that is open, the index in it; of each object, ~(where its current name begins), or NO_NAME.
  const places: number[] = [];
  let lastText = 0;
  for (let at = 0; at < text.length; at++) {
    const top = places.length - 1;
    const place = places[top] ?? 0;
    switch (text.charAt(at)) {
      case '"':
        lastText = at;
        at = endOfText(text, at) - 1;
        break;
      case ':':
        if (place >= 0) return [];
        places[top] = ~lastText;
        break;
      case ',':
        if (top < 0) return [];
        places[top] = place < 0 ? NO_NAME : place + 1;
        break;
      case '[':
      case '{':
        places.push(text[at] === '[' ? 0 : NO_NAME);
        break;
      case ']':
      case '}':
        if (top < 0 || place >= 0 !== (text[at] === ']')) return [];
        places.pop();
        break;
      case '-':
      case 'N':
      case 'I': {
        NOT_FINITE.lastIndex = at;
        const found = NOT_FINITE.exec(text)?.[0];
        if (found === undefined) break;
        if (place === NO_NAME) return [];
        fields.push({ path: pathOf(text, places), message: `must be a finite number, got ${found}` });
        if (fields.length === MAX_ERRORS) return fields;
        at += found.length - 1;
      }
    }
  }
  return places.length === 0 ? fields : [];
}

function pathOf(text: string, places: readonly number[]): string {
  return places
    .slice(-MAX_NAMES)
    .map((place) => (place < 0 ? nameAt(text, ~place) : String(place)))
    .join('.');
}

function nameAt(text: string, start: number): string {
  const quoted = text.slice(start, endOfText(text, start));
  try {
    return String(JSON.parse(quoted)).slice(0, MAX_NAME_LENGTH);
  } catch {
    // Its own characters are not JSON's: as it came.
    return quoted.slice(1, -1).slice(0, MAX_NAME_LENGTH);
  }
}
