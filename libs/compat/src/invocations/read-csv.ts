import { pipeline } from 'node:stream/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { MAX_BATCH } from '@app/scoring';
import { CsvError, parse } from 'csv-parse';
import { invalid } from '../invalid.js';
import { assertColumns, FEATURES, isColumnName, nameAttributes, rowReader } from './positions.js';

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** Room for every column with more digits than a number can have. */
const MAX_LINE_BYTES = 16_384;

/** Between such pieces the event loop is free for other requests: some milliseconds of work. */
const PIECE_BYTES = 65_536;

/** Rows of numbers in the order of the features; with a header, in its order. @throws Problem 422 */
export async function readCsv(text: string): Promise<unknown[]> {
  const parser = parse({ bom: true, relaxColumnCount: true, skipEmptyLines: true, maxRecordSize: MAX_LINE_BYTES });
  const transactions: unknown[] = [];
  try {
    await pipeline(piecesOf(text), parser, (rows: AsyncIterable<string[]>) => addTransactions(rows, transactions));
  } catch (error) {
    throw error instanceof CsvError ? explain(error) : error;
  }
  if (transactions.length === 0) throw invalid('', 'must hold at least one row of numbers');
  return transactions;
}

async function* piecesOf(text: string): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text);
  for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
    yield bytes.subarray(from, from + PIECE_BYTES);
    await nextTurn();
  }
}

async function addTransactions(rows: AsyncIterable<string[]>, transactions: unknown[]): Promise<void> {
  let read: ReturnType<typeof rowReader> | undefined;
  for await (const cells of rows) {
    const row = cells.map((cell) => cell.trim());
    if (row.length === 1 && row[0] === '') continue;
    if (read === undefined) {
      const header = row.some(isColumnName) ? row : undefined;
      if (header) assertColumns(header, '');
      read = rowReader(header ?? FEATURES);
      if (header) continue;
    }
    if (transactions.length === MAX_BATCH) throw invalid('', `must hold at most ${MAX_BATCH} rows: send them in parts`);
    transactions.push(nameAttributes(read(row.map(numberOf), String(transactions.length))));
  }
}

/** What is no number stays a text, which is then refused by its name. */
function numberOf(cell: string): number | string | null {
  if (cell === '') return null;
  return NUMBER.test(cell) ? Number(cell) : cell;
}

function explain(error: CsvError): Error {
  const line = `line ${String(error['lines'])}`;
  if (error.code === 'CSV_MAX_RECORD_SIZE')
    return invalid('', `${line} of the CSV is longer than ${MAX_LINE_BYTES} bytes`);
  return invalid('', `the CSV breaks off or has a stray quote (${line})`);
}
