import { isTransaction, MAX_NAME_LENGTH } from '@app/features';
import { assertBatchSize } from '@app/scoring';
import { invalid } from '../invalid.js';
import { assertColumnCount, recordsOf } from '../records.js';
import { assertColumns, CARD, FEATURES, rowReader } from './positions.js';

/** Rows by position, or records by name. Counts come before contents: a body may hold millions of either. */
export function rowsOfList(list: unknown, path: string): unknown[] {
  if (!Array.isArray(list)) throw invalid(path, 'must be a list of rows or records');
  assertBatchSize(list, path);
  const read = rowReader(FEATURES);
  return list.map((row: unknown, index) => {
    const values = valuesOf(row);
    return values ? read(values, within(path, String(index))) : row;
  });
}

/** `inputs`: rows, or columns of values: `{"V1": [row 0, row 1, …], …}`, each value also as a list of one. */
export async function rowsOfInputs(inputs: unknown, path: string): Promise<unknown[]> {
  if (!isTransaction(inputs)) return rowsOfList(inputs, path);
  const names = Object.keys(inputs);
  assertColumnCount(names.length, CARD, path);
  const columns = names.map((name): readonly unknown[] => {
    const values = inputs[name];
    return Array.isArray(values) ? values : [values];
  });
  const length = columns[0]?.length ?? 0;
  assertBatchSize({ length }, `${path}.${shortened(names[0])}`);
  const uneven = columns.findIndex((values) => values.length !== length);
  if (uneven >= 0) {
    const message = `must hold as many values as the first column: ${length}, got ${columns[uneven]?.length}`;
    throw invalid(`${path}.${shortened(names[uneven])}`, message);
  }
  return recordsOf(names, length, (row, column) => unwrapped(columns[column]?.[row]));
}

/** `{"columns": [names], "data": [rows]}`; without columns the rows are by position. */
export function rowsOfSplit(split: unknown, path: string): unknown[] {
  if (!isTransaction(split)) throw invalid(path, 'must be {"columns": […], "data": [[…], …]}');
  const { columns = FEATURES, data } = split;
  if (!Array.isArray(columns)) throw invalid(within(path, 'columns'), 'must be a list of names');
  if (columns !== FEATURES) assertColumns(columns, within(path, 'columns'));
  const dataPath = within(path, 'data');
  if (!Array.isArray(data)) throw invalid(dataPath, 'must be a list of rows');
  assertBatchSize(data, dataPath);
  const read = rowReader(columns);
  return data.map((row: unknown, index) => (Array.isArray(row) ? read(row, `${dataPath}.${index}`) : row));
}

/** A field of what is at a path; "" is the body. */
export function within(path: string, field: string): string {
  return path === '' ? field : `${path}.${field}`;
}

/** A row: `[…]`, or `{"features": […]}` as SageMaker's own algorithms take it. */
function valuesOf(row: unknown): readonly unknown[] | undefined {
  const wrapped = isTransaction(row) && Object.hasOwn(row, 'features') && Object.keys(row).length === 1;
  const values: unknown = wrapped ? row['features'] : row;
  return isList(values) ? values : undefined;
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function unwrapped(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 ? value[0] : value;
}

function shortened(name = ''): string {
  return name.slice(0, MAX_NAME_LENGTH);
}
