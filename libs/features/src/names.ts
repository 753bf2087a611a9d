/** Comes with any transaction and is recorded with its decision; so no model may give it another meaning. */
export const TRANSACTION_ID = 'transaction_id';

export const MAX_TEXT_LENGTH = 256;
export const MAX_NAME_LENGTH = 128;

/**
 * Whether PostgreSQL can store a text, also within jsonb: neither U+0000 nor half of a surrogate pair.
 * JSON may carry both as escapes, so a client can send them.
 */
export function isStorable(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit === 0) return false;
    if (unit < 0xd800 || unit > 0xdfff) continue;
    const next = text.charCodeAt(index + 1);
    if (unit > 0xdbff || !(next >= 0xdc00 && next <= 0xdfff)) return false;
    index++;
  }
  return true;
}

/** Whether a text can be the value of a category: 256 UTF-16 units at most, and storable. */
export function isCategoryText(text: string): boolean {
  return text.length <= MAX_TEXT_LENGTH && isStorable(text);
}

/**
 * The candidate a mistyped name most likely stands for: equal but for case, or at most two edits away (one for
 * names of up to four characters). Undefined: none is close.
 */
export function closestName(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > MAX_NAME_LENGTH) return undefined;
  const lower = name.toLowerCase();
  let best: string | undefined;
  let bestDistance = name.length <= 4 ? 2 : 3;
  for (const candidate of candidates) {
    const distance = editDistance(lower, candidate.toLowerCase(), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein distance, given up as `limit` once it cannot come below it. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let smallest = i;
    for (let j = 1; j <= b.length; j++) {
      const substituted = (previous[j - 1] ?? limit) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const distance = Math.min(substituted, (previous[j] ?? limit) + 1, (row[j - 1] ?? limit) + 1);
      row.push(distance);
      if (distance < smallest) smallest = distance;
    }
    if (smallest >= limit) return limit;
    previous = row;
  }
  return Math.min(previous[b.length] ?? limit, limit);
}
