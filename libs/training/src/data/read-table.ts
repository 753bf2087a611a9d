import { tmpdir } from 'node:os';
import { type DuckDBConnection } from '@duckdb/node-api';
import { type FeatureTable, type ModelDefinition } from '@app/features';
import { type ColumnRule, columnRules, type TimeKind } from './column-rules.js';
import { DatasetError } from './dataset-error.js';
import { type FetchedTable, fetchTable } from './fetch-table.js';
import { findBrokenCell, isOutOfMemory, singleRow, textAt, timeKindOf } from './loaded-table.js';
import { withLockedDuckDb } from './locked-duckdb.js';
import { openTableFile } from './open-table-file.js';
import { checkClasses, checkRows, checkWeights } from './table-checks.js';
import { type LoadMode, type TableFile, type WantedColumns } from './table-file.js';
import { type ExtraColumns, neededNames, optionalNames, planTable, type TablePlan } from './table-plan.js';
import { withPlainFile } from './unpack.js';

const MAX_UNPACKED_BYTES = 16 * 1024 ** 3;

/** A labelled data set in memory, row for row in the file's order. */
export interface LabelledTable {
  readonly table: FeatureTable;
  /** 1: fraud, 0: legitimate. */
  readonly labels: Uint8Array;
  /** Seconds since 1970 UTC, or the file's own numbers; null for a model without a time column. */
  readonly times: Float64Array | null;
  /** How much each row counts, at least 0; null where no weight column was asked for: each counts 1. */
  readonly weights: Float64Array | null;
  /** A number from 0 on for each value of the entity column; a row without one has a number of its own. */
  readonly entities: Int32Array | null;
  /** What missing each row's fraud would cost, at least 0; null where no cost column was asked for. */
  readonly costs: Float64Array | null;
  readonly rows: number;
  readonly frauds: number;
}

export interface ReadOptions {
  readonly threads: number;
  /** Columns besides the model's own. */
  readonly columns?: ExtraColumns;
  readonly maxRows?: number;
  /** DuckDB's own, as it writes it: `2GiB`. Half of the memory unless told; the arrays that come back are besides. */
  readonly memoryLimit?: string;
  /** What DuckDB may use of the memory where there is no limit in bytes; half of it unless told. */
  readonly memoryShare?: number;
  /** Where a packed file is unpacked; the system's unless told. */
  readonly tempDirectory?: string;
  /** What a packed file may unpack to; 16 GiB unless told. */
  readonly maxUnpackedBytes?: number;
  /** Ends the reading; it then fails with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Reads a training file for a model: its features, label and time column. CSV (comma, semicolon, tab or pipe; a
 * header), Parquet or JSON lines, each plain, gzipped or as zstd, by its content. Columns in any order, others are passed
 * over. An empty field, null or an absent key is a missing value. Labels: 0/1 or true/false; booleans also t/f. Times:
 * numbers, or ISO 8601 dates (UTC unless they say), or Parquet's own.
 * @throws DatasetError `not_csv`, `not_parquet`, `not_json`, `empty`, `too_large`, `missing_column`, `ambiguous_column`,
 * `unsupported_type`, `not_a_number`, `not_a_boolean`, `missing_value`, `bad_label`, `bad_time`, `bad_weight`,
 * `bad_cost`, `too_many_rows`, `too_few_rows`, `no_frauds`, `no_legitimate`; the signal's reason
 */
export async function readTable(
  path: string,
  definition: ModelDefinition,
  options: ReadOptions,
): Promise<LabelledTable> {
  return withTableFile(path, neededOf(definition, options.columns), options, async ({ connection, file }) => {
    const plan = planTable(definition, file, options.columns);
    const loaded = await loadTable({ connection, file, plan }, options);
    return toLabelled(await fetchTable(connection, plan, loaded.rows, loaded.timeKind), loaded.rows, plan);
  });
}

/** The names that a file is opened for. */
export function neededOf(definition: ModelDefinition, columns?: ExtraColumns): WantedColumns {
  return { names: neededNames(definition, columns), optional: optionalNames(definition, columns) };
}

export interface OpenFile {
  readonly connection: DuckDBConnection;
  readonly file: TableFile;
  /** Opens the file anew, for other columns. */
  readonly reopen: (wanted: WantedColumns) => Promise<TableFile>;
}

/** Unpacks a file where it is packed, and opens it on a DuckDB that can read nothing else. */
export async function withTableFile<T>(
  path: string,
  wanted: WantedColumns,
  options: ReadOptions,
  use: (open: OpenFile) => Promise<T>,
): Promise<T> {
  const unpacking = {
    tempDirectory: options.tempDirectory ?? tmpdir(),
    maxBytes: options.maxUnpackedBytes ?? MAX_UNPACKED_BYTES,
    ...(options.signal && { signal: options.signal }),
  };
  try {
    return await withPlainFile(path, unpacking, (plainPath) =>
      withLockedDuckDb(plainPath, options, async (connection, realPath) => {
        const reopen = (names: WantedColumns): Promise<TableFile> => openTableFile(connection, realPath, names);
        return use({ connection, file: await reopen(wanted), reopen });
      }),
    );
  } catch (error) {
    options.signal?.throwIfAborted();
    if (isOutOfMemory(error)) throw tooManyRows(error);
    throw error;
  }
}

interface Reading {
  readonly connection: DuckDBConnection;
  readonly file: TableFile;
  readonly plan: TablePlan;
}

/** Loads the plan's columns into the table `loaded` and checks every value. @throws DatasetError */
export async function loadTable(
  reading: Reading,
  { maxRows, signal }: ReadOptions,
): Promise<{ rows: number; timeKind: TimeKind | null }> {
  const { connection, file, plan } = reading;
  try {
    await file.load(plan, 'typed');
  } catch (error) {
    signal?.throwIfAborted();
    throw await explain(reading, error);
  }
  signal?.throwIfAborted();
  const [count] = await singleRow(connection, 'SELECT count(*) FROM loaded');
  const rows = Number(count);
  checkRows(rows, maxRows ?? Number.POSITIVE_INFINITY);
  const timeKind = plan.time === null ? null : await timeKindOf(connection, plan.time);
  if ((await findBrokenCell(connection, rulesOf(reading, timeKind, 'typed'))) !== null)
    throw await explain(reading, null);
  return { rows, timeKind };
}

/** @throws DatasetError `no_frauds`, `no_legitimate`, `too_few_rows`, `bad_weight` */
export function toLabelled(fetched: FetchedTable, rows: number, plan: TablePlan): LabelledTable {
  const { columns, ...arrays } = fetched;
  const frauds = arrays.labels.reduce((sum, label) => sum + label, 0);
  checkClasses(rows, frauds, plan.label.name);
  if (arrays.weights !== null) checkWeights(arrays.labels, arrays.weights, plan.weight?.name ?? '');
  return { table: { rows, columns }, ...arrays, rows, frauds };
}

function rulesOf({ file, plan }: Reading, timeKind: TimeKind | null, mode: LoadMode): ColumnRule[] {
  return [...file.rules(plan, mode), ...columnRules(plan, timeKind)];
}

/** Reads the file once more, as text, to say what is wrong with it and where. Returns `cause` when it finds nothing. */
async function explain(reading: Reading, cause: unknown): Promise<unknown> {
  const { connection, file, plan } = reading;
  if (cause instanceof DatasetError || isOutOfMemory(cause)) return cause;
  try {
    await file.load(plan, 'text');
  } catch (error) {
    return (await file.explainFault(error)) ?? error;
  }
  const timeKind = plan.time === null ? null : await timeKindOf(connection, plan.time);
  const cell = await findBrokenCell(connection, rulesOf(reading, timeKind, 'text'));
  if (cell === null) return cause ?? new Error('a value breaks a rule as a number and not as text');
  const text = await textAt(connection, cell.rule.column, cell.row);
  const where = await file.placeOf(cell.row);
  return new DatasetError(cell.rule.code, cell.rule.explain(text === null ? 'no value' : shown(text), where));
}

/** A value as a message quotes it: escaped, and cut where it is long. */
function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

function tooManyRows(cause: unknown): DatasetError {
  return new DatasetError(
    'too_many_rows',
    'The data set does not fit into the memory. Send fewer rows, or fewer columns, or give the worker more memory.',
    { cause },
  );
}
