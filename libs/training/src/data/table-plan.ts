import { type Feature, type ModelDefinition } from '@app/features';
import { type FileColumn, type FileColumns, matchColumns } from './csv-header.js';

/** Columns that a training may name besides those of its model. */
export interface ExtraColumns {
  /** How much a row counts: a number of at least 0. */
  readonly weight?: string | null;
  /** Whom a row belongs to: a customer, a card. */
  readonly entity?: string | null;
  /** What a missed fraud costs, such as the amount: a number of at least 0. */
  readonly cost?: string | null;
}

/** Which columns of a file are needed, and for what. One column may serve several ends. */
export interface TablePlan {
  readonly features: readonly { readonly feature: Feature; readonly column: FileColumn }[];
  readonly label: FileColumn;
  readonly time: FileColumn | null;
  readonly weight: FileColumn | null;
  readonly entity: FileColumn | null;
  readonly cost: FileColumn | null;
  /** Each column to load once, in the file's order. */
  readonly needed: readonly FileColumn[];
}

/** The names that a training needs in its file. */
export function neededNames(definition: ModelDefinition, extra: ExtraColumns = {}): string[] {
  const { features, label, timeColumn } = definition;
  const others = [timeColumn, extra.weight, extra.entity, extra.cost].filter((name) => typeof name === 'string');
  return [...features.map(({ name }) => name), label, ...others];
}

/** Of the needed names those that a row may lack: nullable features that serve no other end. */
export function optionalNames(definition: ModelDefinition, extra: ExtraColumns = {}): string[] {
  const required = new Set(neededNames({ ...definition, features: [] }, extra));
  return definition.features.filter(({ name, nullable }) => nullable && !required.has(name)).map(({ name }) => name);
}

/**
 * @param everything load columns that nothing needs, too
 * @throws DatasetError `missing_column`, `ambiguous_column`
 */
export function planTable(
  definition: ModelDefinition,
  file: FileColumns,
  extra: ExtraColumns = {},
  everything = false,
): TablePlan {
  const columns = matchColumns(file, neededNames(definition, extra));
  const columnOf = (name: string): FileColumn => {
    const column = columns.get(name);
    if (column === undefined) throw new Error(`no column was matched for "${name}"`);
    return column;
  };
  const maybe = (name: string | null | undefined): FileColumn | null => (name == null ? null : columnOf(name));
  const all = file.columns.map((name, index) => ({ index, name }));
  return {
    features: definition.features.map((feature) => ({ feature, column: columnOf(feature.name) })),
    label: columnOf(definition.label),
    time: maybe(definition.timeColumn),
    weight: maybe(extra.weight),
    entity: maybe(extra.entity),
    cost: maybe(extra.cost),
    needed: everything ? all : [...new Set(columns.values())].sort((a, b) => a.index - b.index),
  };
}

/** The columns to parse as numbers on the way in: those that are nothing but numbers to the training. */
export function numberColumns(plan: TablePlan): Set<number> {
  const numbers = plan.features.filter(({ feature }) => feature.type === 'number').map(({ column }) => column.index);
  for (const column of [plan.weight, plan.cost]) if (column !== null) numbers.push(column.index);
  const texts = textColumns(plan);
  return new Set(numbers.filter((index) => !texts.has(index)));
}

/** The columns whose values are texts to the training, as they are written. */
export function textColumns(plan: TablePlan): Set<number> {
  const texts = plan.features.filter(({ feature }) => feature.type === 'category').map(({ column }) => column.index);
  if (plan.entity !== null) texts.push(plan.entity.index);
  return new Set(texts);
}

/** A column's name in DuckDB. Names from the file or the model never become SQL. */
export function sqlName(column: FileColumn): string {
  return `c${column.index}`;
}
