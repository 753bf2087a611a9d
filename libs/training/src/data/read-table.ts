import { tmpdir } from 'node:os';
import { types } from 'node:util';
import { type DuckDBConnection } from '@duckdb/node-api';
import { type FeatureTable, type ModelDefinition } from '@app/features';
import { columnRules } from './column-rules.js';
import { type CsvLayout, readLayout } from './csv-header.js';
import { findBrokenLine, lineOfRow } from './csv-lines.js';
import { DatasetError } from './dataset-error.js';
import { fetchTable } from './fetch-table.js';
import { HEAD_BYTES, whyNotCsv } from './file-kind.js';
import { findBrokenCell, loadCsv, singleRow, textAt, timeKindOf } from './load-csv.js';
import { withLockedDuckDb } from './locked-duckdb.js';
import { neededNames, planTable, type TablePlan } from './table-plan.js';
import { readHead, withPlainFile } from './unpack.js';

/** Fewer rows than this cannot be split into parts that mean anything. */
const MIN_ROWS = 50;

/** At least one for training and one for the holdout. */
const MIN_OF_EACH_CLASS = 2;

/** The header must end within the file's first MiB. */
const HEADER_BYTES = 1_048_576;

const MAX_UNPACKED_BYTES = 16 * 1024 ** 3;

/** A labelled data set in memory, row for row in the file's order. */
export interface LabelledTable {
  readonly table: FeatureTable;
  /** 1: fraud, 0: legitimate. */
  readonly labels: Uint8Array;
  /** Seconds since 1970 UTC, or the file's own numbers; null for a model without a time column. */
  readonly times: Float64Array | null;
  readonly rows: number;
  readonly frauds: number;
}

export interface ReadOptions {
  readonly threads: number;
  readonly maxRows?: number;
  /** DuckDB's own, as it writes it: `2GiB`. Half of the memory unless told; the arrays that come back are besides. */
  readonly memoryLimit?: string;
  /** Where a gzip file is unpacked; the system's unless told. */
  readonly tempDirectory?: string;
  /** What a gzip file may unpack to; 16 GiB unless told. */
  readonly maxUnpackedBytes?: number;
  /** Ends the reading; it then fails with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Reads a CSV file, plain or gzipped by its content, for a model: its features, label and time column.
 * Comma, semicolon, tab or pipe; a header; columns in any order, others are passed over. An empty field is a missing
 * value. Labels: 0/1 or true/false; booleans also t/f. Times: numbers, or ISO 8601 dates (UTC unless they say).
 * @throws DatasetError `not_csv`, `empty`, `too_large`, `missing_column`, `ambiguous_column`, `not_a_number`,
 * `not_a_boolean`, `missing_value`, `bad_label`, `bad_time`, `too_many_rows`, `too_few_rows`, `no_frauds`,
 * `no_legitimate`; the signal's reason
 */
export async function readTable(
  path: string,
  definition: ModelDefinition,
  options: ReadOptions,
): Promise<LabelledTable> {
  const unpacking = {
    tempDirectory: options.tempDirectory ?? tmpdir(),
    maxBytes: options.maxUnpackedBytes ?? MAX_UNPACKED_BYTES,
    ...(options.signal && { signal: options.signal }),
  };
  try {
    return await withPlainFile(path, unpacking, (plainPath) => readPlain(plainPath, definition, options));
  } catch (error) {
    options.signal?.throwIfAborted();
    throw error;
  }
}

async function readPlain(path: string, definition: ModelDefinition, options: ReadOptions): Promise<LabelledTable> {
  const head = await readHead(path, HEADER_BYTES);
  if (head.length === 0) throw new DatasetError('empty', 'The file is empty.');
  const why = whyNotCsv(head.subarray(0, HEAD_BYTES));
  if (why !== null) throw new DatasetError('not_csv', `The file is not a CSV: ${why}.`);
  const layout = readLayout(head, neededNames(definition));
  const plan = planTable(definition, layout);
  return withLockedDuckDb(path, options, (connection, realPath) =>
    readLoaded({ connection, path: realPath, layout, plan }, options),
  );
}

interface Reading {
  readonly connection: DuckDBConnection;
  readonly path: string;
  readonly layout: CsvLayout;
  readonly plan: TablePlan;
}

async function readLoaded(reading: Reading, { maxRows, signal }: ReadOptions): Promise<LabelledTable> {
  const { connection, path, layout, plan } = reading;
  try {
    await loadCsv(connection, path, layout, plan, 'typed');
  } catch (error) {
    signal?.throwIfAborted();
    throw await explain(reading, error);
  }
  signal?.throwIfAborted();
  const [count] = await singleRow(connection, 'SELECT count(*) FROM loaded');
  const rows = Number(count);
  checkRows(rows, maxRows ?? Number.POSITIVE_INFINITY);
  const timeKind = plan.time === null ? null : await timeKindOf(connection, plan.time);
  if ((await findBrokenCell(connection, columnRules(plan, timeKind))) !== null) throw await explain(reading, null);
  const { columns, labels, times } = await fetchTable(connection, plan, rows, timeKind);
  const frauds = labels.reduce((sum, label) => sum + label, 0);
  checkClasses(rows, frauds, plan.label.name);
  return { table: { rows, columns }, labels, times, rows, frauds };
}

/** Reads the file once more, as text, to say what is wrong with it and where. Returns `cause` when it finds nothing. */
async function explain({ connection, path, layout, plan }: Reading, cause: unknown): Promise<unknown> {
  if (cause instanceof DatasetError) return cause;
  try {
    await loadCsv(connection, path, layout, plan, 'text');
  } catch (error) {
    if (error instanceof DatasetError || !isCsvError(error)) return error;
    const fault = (await findBrokenLine(path, layout)) ?? firstLine(error);
    return new DatasetError('not_csv', `The file cannot be read as CSV: ${fault}.`, { cause: error });
  }
  const timeKind = plan.time === null ? null : await timeKindOf(connection, plan.time);
  const cell = await findBrokenCell(connection, columnRules(plan, timeKind));
  if (cell === null) return cause ?? new Error('a value breaks a rule as a number and not as text');
  const line = await lineOfRow(path, layout, cell.row);
  const text = await textAt(connection, cell.rule.column, cell.row);
  const where = line === null ? `row ${cell.row + 1}` : `line ${line}`;
  return new DatasetError(cell.rule.code, cell.rule.explain(text === null ? 'no value' : shown(text), where));
}

function isCsvError(error: unknown): error is Error {
  return types.isNativeError(error) && error.message.startsWith('Invalid Input Error');
}

function firstLine(error: Error): string {
  return (error.message.split('\n')[0] ?? '').replace(/^Invalid Input Error: |\.\s*$/g, '');
}

/** A value as a message quotes it: escaped, and cut where it is long. */
function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

function checkRows(rows: number, maxRows: number): void {
  if (rows > maxRows) {
    throw new DatasetError('too_many_rows', `The file has ${rows} rows; the limit is ${maxRows}. Send a part of them.`);
  }
  if (rows < MIN_ROWS) {
    const has = rows === 0 ? 'a header and no rows' : `${rows} rows`;
    throw new DatasetError('too_few_rows', `The file has ${has}; training needs at least ${MIN_ROWS}.`);
  }
}

function checkClasses(rows: number, frauds: number, label: string): void {
  if (frauds === 0) {
    throw new DatasetError('no_frauds', `No row is a fraud: "${label}" is 0 in all ${rows} rows. Add frauds (1).`);
  }
  if (frauds === rows) {
    throw new DatasetError(
      'no_legitimate',
      `Every row is a fraud: "${label}" is 1 in all ${rows} rows. Add others (0).`,
    );
  }
  if (Math.min(frauds, rows - frauds) < MIN_OF_EACH_CLASS) {
    throw new DatasetError(
      'too_few_rows',
      `"${label}" is 1 in ${frauds} and 0 in ${rows - frauds} rows; training needs at least ${MIN_OF_EACH_CLASS} of each.`,
    );
  }
}
