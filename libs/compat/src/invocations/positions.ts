import { isTransaction, MAX_NAME_LENGTH } from '@app/features';
import { CREDIT_CARD, definitionOf } from '../built-in.js';
import { invalid } from '../invalid.js';
import { assertColumnCount, maxColumns, recordMaker } from '../records.js';

export const CARD = definitionOf(CREDIT_CARD);

/** The features of a card transaction, in the order in which rows carry them. */
export const FEATURES: readonly string[] = CARD.features.map(({ name }) => name);

const MAX_COLUMNS = maxColumns(CARD);

/** `Atr1` … `Atr30`, which say a feature's position. */
const FEATURE_OF: ReadonlyMap<string, string> = new Map(FEATURES.map((feature, at) => [`Atr${at + 1}`, feature]));
const ATTRIBUTES: readonly string[] = [...FEATURE_OF.keys()];

/** Whether a name says a feature's position, or is one. */
export function isColumnName(name: string): boolean {
  return FEATURE_OF.has(name) || FEATURES.includes(name);
}

/**
 * Gives `Atr1` … `Atr30` the names of the features at these positions; all else stays, and is checked as it is. So does a
 * record that is refused anyway: for more fields than there can be, or one that an assignment would lose.
 */
export function nameAttributes(record: unknown): unknown {
  if (!isTransaction(record) || !usesAttributes(record)) return record;
  const names = Object.keys(record);
  if (names.length > MAX_COLUMNS || names.includes('__proto__')) return record;
  const renamed: Record<string, unknown> = {};
  for (const name of names) {
    const feature = FEATURE_OF.get(name);
    renamed[feature === undefined || Object.hasOwn(record, feature) ? name : feature] = record[name];
  }
  return renamed;
}

/** A feature as the record calls it. */
export function sentName(record: unknown, feature: string): string {
  if (!isTransaction(record) || Object.hasOwn(record, feature) || !usesAttributes(record)) return feature;
  return ATTRIBUTES[FEATURES.indexOf(feature)] ?? feature;
}

/** Makes records of rows that hold these columns. It throws a Problem 422 for a row that is longer or shorter. */
export function rowReader(columns: readonly string[]): (row: readonly unknown[], path: string) => object {
  const make = recordMaker(columns);
  const wanted =
    columns === FEATURES ? `${columns.length} numbers (Time, V1 … V28, Amount)` : `${columns.length} values`;
  return (row, path) => {
    if (row.length !== columns.length) throw invalid(path, `must hold ${wanted}, got ${row.length}`);
    return make((column) => row[column]);
  };
}

/** @throws Problem 422 for columns that are too many, or of which one has no name or one that another has */
export function assertColumns(columns: readonly unknown[], path: string): asserts columns is readonly string[] {
  assertColumnCount(columns.length, CARD, path);
  const seen = new Set<unknown>();
  for (const [at, name] of columns.entries()) {
    if (typeof name !== 'string' || name === '') {
      const fix = name === '' ? '; leave the index of a data frame out (to_csv(index=False))' : '';
      throw invalid(path, `must be names: column ${at + 1} has none${fix}`);
    }
    if (seen.has(name))
      throw invalid(path, `must be different names: ${JSON.stringify(name.slice(0, MAX_NAME_LENGTH))} is there twice`);
    seen.add(name);
  }
}

function usesAttributes(record: object): boolean {
  return ATTRIBUTES.some((name) => Object.hasOwn(record, name));
}
