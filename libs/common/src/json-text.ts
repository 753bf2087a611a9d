const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Behind the quote that ends the text beginning at `start`; the end of the JSON where it breaks off. */
export function endOfText(json: string, start: number): number {
  for (let from = start + 1; ;) {
    const quote = json.indexOf('"', from);
    if (quote < 0) return json.length;
    let backslashes = 0;
    while (json.charCodeAt(quote - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return quote + 1;
    from = quote + 1;
  }
}

/** No body of ours is as deep, nor holds as much. JSON.parse takes seconds, and gigabytes, for what 16 MiB can hold. */
export const MAX_LEVELS = 1_000;
const MAX_HOLDERS = 500_000;
const MAX_FIELDS = 20_000;

/** Why a JSON text is too much to be parsed; undefined: it is not. Takes a fraction of the time that parsing takes. */
export function excessOfJson(json: string): string | undefined {
  // Of each list and object that is open: how many fields it has so far.
  const fields: number[] = [];
  let holders = 0;
  for (let at = 0; at < json.length; at++) {
    switch (json.charCodeAt(at)) {
      case QUOTE:
        at = endOfText(json, at) - 1;
        break;
      case COLON: {
        const count = (fields.pop() ?? 0) + 1;
        if (count > MAX_FIELDS) return `must not hold an object of more than ${MAX_FIELDS} fields`;
        fields.push(count);
        break;
      }
      case OPEN_LIST:
      case OPEN_OBJECT:
        fields.push(0);
        if (fields.length > MAX_LEVELS) return `must not be nested more than ${MAX_LEVELS} deep`;
        if (++holders > MAX_HOLDERS) return `must not hold more than ${MAX_HOLDERS} lists and objects`;
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        fields.pop();
    }
  }
  return undefined;
}
