import { Problem } from '@app/common';
import { isTransaction } from '@app/features';
import { CREDIT_CARD, definitionOf } from '../built-in.js';

/** The features of a card transaction, in the order in which rows carry them. */
export const FEATURES: readonly string[] = definitionOf(CREDIT_CARD).features.map(({ name }) => name);

/** More columns than a card transaction can have under any of their names. */
const MAX_COLUMNS = 100;

const ATTRIBUTE = /^Atr([1-9]\d?)$/;

/** Whether a name says a feature's position, or is one. */
export function isColumnName(name: string): boolean {
  return ATTRIBUTE.test(name) || FEATURES.includes(name);
}

/** Gives `Atr1` … `Atr30` the names of the features at these positions; all else stays, and is checked as it is. */
export function nameAttributes(record: unknown): unknown {
  if (!isTransaction(record) || !usesAttributes(record)) return record;
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => {
      const feature = FEATURES[Number(ATTRIBUTE.exec(name)?.[1]) - 1];
      return [feature === undefined || Object.hasOwn(record, feature) ? name : feature, value];
    }),
  );
}

/** A feature as the record at an index calls it. */
export function sentNames(records: readonly unknown[]): (index: number, feature: string) => string {
  // Looked at once: a record may have a million fields, and a hundred errors.
  const byPosition = new Map<number, boolean>();
  return (index, feature) => {
    const record = records[index];
    const position = FEATURES.indexOf(feature);
    if (!isTransaction(record) || position < 0 || Object.hasOwn(record, feature)) return feature;
    const known = byPosition.get(index) ?? usesAttributes(record);
    byPosition.set(index, known);
    return known ? `Atr${position + 1}` : feature;
  };
}

/** A row as a transaction. @throws Problem 422 when it is longer or shorter than the columns */
export function nameCells(row: readonly unknown[], columns: readonly string[], path: string): object {
  if (row.length === columns.length) return Object.fromEntries(columns.map((name, at) => [name, row[at]]));
  const names =
    columns === FEATURES ? `${columns.length} numbers (Time, V1 … V28, Amount)` : `${columns.length} values`;
  throw Problem.invalid([{ path, message: `must hold ${names}, got ${row.length}` }]);
}

/** @throws Problem 422 when a table has more columns than can mean anything */
export function assertColumns(count: number, path: string): void {
  if (count <= MAX_COLUMNS) return;
  throw Problem.invalid([{ path, message: `must have at most ${MAX_COLUMNS} columns, got ${count}` }]);
}

function usesAttributes(record: object): boolean {
  return Object.keys(record).some((name) => ATTRIBUTE.test(name));
}
