import { Problem } from '@app/common';
import { MAX_BATCH } from '@app/scoring';
import { CsvError, parse } from 'csv-parse/sync';
import { FEATURES, isColumnName, nameAttributes, nameCells } from './positions.js';

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** A row of thirty numbers, each written out in full and padded, is shorter by far. The parser is slow on long ones. */
const MAX_LINE_LENGTH = 1_024;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Rows of numbers in the order of the features; with a header, in its order. @throws Problem 422 */
export function readCsv(text: string): unknown[] {
  const rows = parseRows(text);
  const header = rows[0]?.some(isColumnName) ? rows.shift() : undefined;
  if (rows.length === 0) throw Problem.invalid([{ path: '', message: 'must hold at least one row of numbers' }]);
  return rows.map((row, index) => nameAttributes(nameCells(row.map(numberOf), header ?? FEATURES, String(index))));
}

function parseRows(text: string): string[][] {
  if (hasLongLine(text)) {
    throw Problem.invalid([{ path: '', message: `must have no line of more than ${MAX_LINE_LENGTH} characters` }]);
  }
  try {
    // A header and one row too many, so that too many are seen.
    return parse(text, { bom: true, relaxColumnCount: true, skipEmptyLines: true, trim: true, to: MAX_BATCH + 2 });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const message = `the CSV breaks off or has a stray quote (line ${String(error['lines'])})`;
    throw Problem.invalid([{ path: '', message }]);
  }
}

/** By hand: a regular expression would look at each character a thousand times. */
function hasLongLine(text: string): boolean {
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    length = code === LINE_FEED || code === CARRIAGE_RETURN ? 0 : length + 1;
    if (length > MAX_LINE_LENGTH) return true;
  }
  return false;
}

/** What is no number stays a text, which is then refused by its name. */
function numberOf(cell: string): number | string | null {
  if (cell === '') return null;
  return NUMBER.test(cell) ? Number(cell) : cell;
}
