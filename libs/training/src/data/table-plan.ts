import { type Feature, type ModelDefinition } from '@app/features';
import { type CsvLayout, type FileColumn, matchColumns } from './csv-header.js';

/** Which columns of a file a model needs, and for what. */
export interface TablePlan {
  readonly features: readonly { readonly feature: Feature; readonly column: FileColumn }[];
  readonly label: FileColumn;
  readonly time: FileColumn | null;
  /** Each needed column once, in the file's order. */
  readonly needed: readonly FileColumn[];
}

/** The names a model needs in a training file. */
export function neededNames(definition: ModelDefinition): string[] {
  const { features, label, timeColumn } = definition;
  return [...features.map(({ name }) => name), label, ...(timeColumn === null ? [] : [timeColumn])];
}

/** @throws DatasetError `missing_column`, `ambiguous_column` */
export function planTable(definition: ModelDefinition, layout: CsvLayout): TablePlan {
  const columns = matchColumns(layout, neededNames(definition));
  const columnOf = (name: string): FileColumn => {
    const column = columns.get(name);
    if (column === undefined) throw new Error(`no column was matched for "${name}"`);
    return column;
  };
  return {
    features: definition.features.map((feature) => ({ feature, column: columnOf(feature.name) })),
    label: columnOf(definition.label),
    time: definition.timeColumn === null ? null : columnOf(definition.timeColumn),
    needed: [...new Set(columns.values())].sort((a, b) => a.index - b.index),
  };
}

/** A column's name in DuckDB. Names from the file or the model never become SQL. */
export function sqlName(column: FileColumn): string {
  return `c${column.index}`;
}
