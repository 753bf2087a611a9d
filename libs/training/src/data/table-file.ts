import { type ColumnRule } from './column-rules.js';
import { type FileColumns } from './csv-header.js';
import { type DatasetError } from './dataset-error.js';
import { type TablePlan } from './table-plan.js';

export type TableFormat = 'csv' | 'parquet' | 'json_lines';

/** `typed` parses number columns on the way in and fails at the first that is none; `text` takes any value. */
export type LoadMode = 'typed' | 'text';

/** A plain table file of one format: what the formats differ in. */
export interface TableFile extends FileColumns {
  readonly format: TableFormat;
  /**
   * Loads the plan's columns into the table `loaded`, one row each, in the file's order: numbers as DOUBLE, else
   * VARCHAR; what is missing or empty as NULL; times as ISO 8601 writes them.
   * @throws DuckDB's error, for `loadInto` to explain
   */
  readonly load: (plan: TablePlan, mode: LoadMode) => Promise<void>;
  /** What else must hold of values that were loaded so. */
  readonly rules: (plan: TablePlan, mode: LoadMode) => ColumnRule[];
  /** What is wrong with the file's make-up, after a load in mode `text` failed; null where it is not the file. */
  readonly explainFault: (error: unknown) => Promise<DatasetError | null>;
  /** Where a row stands (0 for the first), in words: `line 17`. */
  readonly placeOf: (row: number) => Promise<string>;
}

/** What a file is opened for. */
export interface WantedColumns {
  readonly names: readonly string[];
  /** Of the names those that need not be there at all, if the format has no fixed columns. */
  readonly optional: readonly string[];
}
