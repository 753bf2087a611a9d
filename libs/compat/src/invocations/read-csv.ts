import { Problem } from '@app/common';
import { MAX_BATCH } from '@app/scoring';
import { CsvError, parse } from 'csv-parse/sync';
import { FEATURES, isColumnName, nameAttributes, nameCells } from './positions.js';

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** Rows of numbers in the order of the features; with a header, in its order. @throws Problem 422 */
export function readCsv(text: string): unknown[] {
  const rows = parseRows(text);
  const header = rows[0]?.some(isColumnName) ? rows.shift() : undefined;
  if (rows.length === 0) throw Problem.invalid([{ path: '', message: 'must hold at least one row of numbers' }]);
  return rows.map((row, index) => nameAttributes(nameCells(row.map(numberOf), header ?? FEATURES, String(index))));
}

function parseRows(text: string): string[][] {
  try {
    // A header and one row too many, so that too many are seen.
    return parse(text, { bom: true, relaxColumnCount: true, skipEmptyLines: true, trim: true, to: MAX_BATCH + 2 });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const message = `the CSV breaks off or has a stray quote (line ${String(error['lines'])})`;
    throw Problem.invalid([{ path: '', message }]);
  }
}

/** What is no number stays a text, which is then refused by its name. */
function numberOf(cell: string): number | string | null {
  if (cell === '') return null;
  return NUMBER.test(cell) ? Number(cell) : cell;
}
