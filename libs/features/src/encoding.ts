import { countCategories, everyRow } from './category-counts.js';
import { type Encoding, type FeatureTable, type ModelDefinition } from './definition.js';

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
    const { counts } = countCategories(column, rows ?? everyRow(table));
    categories.push([feature.name, counts.slice(0, MAX_CATEGORIES).map(({ value }) => value)]);
  }
  return { categories: Object.fromEntries(categories) };
}
