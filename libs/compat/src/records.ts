import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ModelDefinition, Transaction } from '@app/features';
import { invalid } from './invalid.js';

/** Columns that are no feature: `transaction_id`, carried ones, and a few unknown ones, which are refused by name. */
const SPARE_COLUMNS = 32;

/** Between so many values the event loop is free for other requests. */
const VALUES_PER_TURN = 100_000;

/** More columns than this no transaction of the model can have. */
export function maxColumns({ features, carried }: ModelDefinition): number {
  return features.length + carried.length + SPARE_COLUMNS;
}

/** Stands before anything is made of the columns. @throws Problem 422 when they are more than {@link maxColumns} */
export function assertColumnCount(count: number, definition: ModelDefinition, path: string): void {
  const most = maxColumns(definition);
  if (count <= most) return;
  const { name, features } = definition;
  throw invalid(path, `must hold at most ${most} columns, got ${count}: ${name} has ${features.length} features`);
}

/**
 * Makes records of these fields, each there once. By copying a first one: that is several times as fast as from entries,
 * and keeps a field called `__proto__`, which an assignment would lose.
 */
export function recordMaker(names: readonly string[]): (valueAt: (column: number) => unknown) => Transaction {
  const blank = Object.fromEntries(names.map((name): [string, unknown] => [name, undefined]));
  return (valueAt) => {
    const record = { ...blank };
    for (const [column, name] of names.entries()) record[name] = valueAt(column);
    return record;
  };
}

/** Columns of values as so many records. */
export async function recordsOf(
  names: readonly string[],
  rows: number,
  valueAt: (row: number, column: number) => unknown,
): Promise<Transaction[]> {
  const make = recordMaker(names);
  const rowsPerTurn = Math.ceil(VALUES_PER_TURN / Math.max(1, names.length));
  const records: Transaction[] = [];
  for (let row = 0; row < rows; row++) {
    if (row > 0 && row % rowsPerTurn === 0) await nextTurn();
    records.push(make((column) => valueAt(row, column)));
  }
  return records;
}
