import { endOfText } from '@app/common';

const QUOTE = 0x22;
const COLON = 0x3a;
const [BRACKET, BRACE] = [0x5b, 0x7b];
const [BRACKET_END, BRACE_END] = [0x5d, 0x7d];

/**
 * The names of an object's own fields as its JSON text has them, each once; the first `limit` of them. An object that
 * was parsed no longer knows: it has whole numbers first, in their order, and has to be asked for all names at once.
 * @param json valid JSON of an object
 */
export function namesInOrder(json: string, limit: number): string[] {
  const names = new Set<string>();
  let depth = 0;
  let text = '';
  for (let at = 0; at < json.length && names.size < limit; at++) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) {
      const end = endOfText(json, at);
      if (depth === 1) text = json.slice(at, end);
      at = end - 1;
    } else if (code === BRACKET || code === BRACE) depth++;
    else if (code === BRACKET_END || code === BRACE_END) depth--;
    else if (code === COLON && depth === 1) names.add(String(JSON.parse(text)));
  }
  return [...names];
}
