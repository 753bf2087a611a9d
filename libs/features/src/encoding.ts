import { type Encoding, type FeatureTable, type ModelDefinition, type TableColumn } from './definition.js';
import { isCategoryText } from './names.js';

/** Values of one category feature that get a model input of their own; rarer ones share the "unknown" input. */
export const MAX_CATEGORIES = 100;

/**
 * Learns from training rows what the vectoriser must remember: the values of each category feature, most frequent
 * first, equally frequent ones by UTF-16 code units, at most {@link MAX_CATEGORIES}.
 *
 * The same rows give the same JSON. Values that no transaction may carry (too long, not storable) get no input.
 *
 * @param rows Row numbers of the training part; left out: every row.
 * @throws Error when the table lacks the column of a category feature.
 */
export function fitEncoding(definition: ModelDefinition, table: FeatureTable, rows?: Uint32Array): Encoding {
  const categories: [string, string[]][] = [];
  for (const feature of definition.features) {
    if (feature.type !== 'category') continue;
    const column = table.columns.get(feature.name);
    if (column?.type !== 'category') throw new Error(`The table has no category column '${feature.name}'`);
    categories.push([feature.name, mostFrequent(column.values, countCodes(column, table.rows, rows))]);
  }
  return { categories: Object.fromEntries(categories) };
}

function countCodes(
  { codes, values }: TableColumn & { type: 'category' },
  tableRows: number,
  rows: Uint32Array | undefined,
): Uint32Array {
  const counts = new Uint32Array(values.length);
  const length = rows?.length ?? tableRows;
  for (let index = 0; index < length; index++) {
    const code = codes[rows === undefined ? index : (rows[index] ?? 0)] ?? -1;
    // A missing value's code, -1, must not become a property of the array.
    if (code >= 0) counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
}

function mostFrequent(values: readonly string[], counts: Uint32Array): string[] {
  const byValue = new Map<string, number>();
  for (const [code, value] of values.entries()) {
    const count = counts[code] ?? 0;
    if (count > 0 && isCategoryText(value)) byValue.set(value, (byValue.get(value) ?? 0) + count);
  }
  return [...byValue]
    .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .slice(0, MAX_CATEGORIES)
    .map(([value]) => value);
}
