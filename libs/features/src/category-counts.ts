import { type FeatureTable, type TableColumn } from './definition.js';
import { isCategoryText } from './names.js';

export interface CategoryCount {
  readonly value: string;
  readonly count: number;
}

export interface CategoryCounts {
  /** Most frequent first, equally frequent ones by UTF-16 code units; without values that no transaction may carry. */
  readonly counts: readonly CategoryCount[];
  /** Rows that have a value, whatever it is. */
  readonly present: number;
}

/** Counts the values of a category in the given rows. The order does not depend on the values' codes. */
export function countCategories(
  { codes, values }: TableColumn & { readonly type: 'category' },
  rows: Uint32Array,
): CategoryCounts {
  const byCode = new Uint32Array(values.length);
  let present = 0;
  for (const row of rows) {
    const code = codes[row] ?? -1;
    // A missing value's code, -1, must not become a property of the array.
    if (code < 0) continue;
    byCode[code] = (byCode[code] ?? 0) + 1;
    present++;
  }
  const byValue = new Map<string, number>();
  for (const [code, value] of values.entries()) {
    const count = byCode[code] ?? 0;
    if (count > 0 && isCategoryText(value)) byValue.set(value, (byValue.get(value) ?? 0) + count);
  }
  const counts = Array.from(byValue, ([value, count]) => ({ value, count }));
  return { counts: counts.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)), present };
}

export function everyRow({ rows }: FeatureTable): Uint32Array {
  return Uint32Array.from({ length: rows }, (_, row) => row);
}
