import { type DuckDBConnection } from '@duckdb/node-api';
import { type ColumnRule } from './column-rules.js';
import { type FileColumn } from './csv-header.js';
import { DatasetError } from './dataset-error.js';
import { findBrokenObject, lineOfObject, objectsIn } from './json-lines.js';
import { invalidInput } from './loaded-table.js';
import { literal } from './locked-duckdb.js';
import { type TableFile, type WantedColumns } from './table-file.js';
import { numberColumns, sqlName, type TablePlan, textColumns } from './table-plan.js';

/** A column of `loaded`: the line holds something else than an object. */
const NO_OBJECT = 'no_object';

/**
 * One object a line. Its columns are the keys of the lines in its head; a key that a line lacks is a missing value.
 * @throws DatasetError `not_json`
 */
export function openJsonLinesFile(
  connection: DuckDBConnection,
  path: string,
  head: Buffer,
  wanted: WantedColumns,
): TableFile {
  const keys = new Set(objectsIn(head).flatMap((object) => Object.keys(object)));
  if (keys.size === 0) {
    throw new DatasetError(
      'not_json',
      'The file cannot be read as JSON lines: line 1 holds no whole object. Write each row as an object on one line.',
    );
  }
  const seen = new Set(Array.from(keys, (key) => key.trim().toLowerCase()));
  const unseen = wanted.optional.filter((name) => !seen.has(name.trim().toLowerCase()));
  const columns = [...keys, ...unseen];
  const isNested = (column: FileColumn): string => `n${column.index}`;
  return {
    format: 'json_lines',
    columns: columns.map((key) => key.trim()),
    load: async (plan, mode) => {
      const numbers = mode === 'typed' ? numberColumns(plan) : new Set<number>();
      const pointers = plan.needed.map(({ index }) => literal(pointerTo(columns[index] ?? '')));
      const texts = plan.needed.filter(({ index }) => textColumns(plan).has(index));
      const values = plan.needed.map((column, at) => {
        const text = `nullif(texts[${at + 1}], '')`;
        return `${numbers.has(column.index) ? `${text}::DOUBLE` : text} AS ${sqlName(column)}`;
      });
      const nested = texts.map((column) => {
        const type = `json_type(json, ${literal(pointerTo(columns[column.index] ?? ''))})`;
        return {
          name: isNested(column),
          sql: `coalesce(${type} IN ('OBJECT', 'ARRAY'), false) AS ${isNested(column)}`,
        };
      });
      // A line that is no object always breaks a rule; which is asked only when one is broken.
      if (mode === 'text') nested.push({ name: NO_OBJECT, sql: `json_type(json) <> 'OBJECT' AS ${NO_OBJECT}` });
      // One call for all keys: each call parses the line anew.
      const found = `json_extract_string(json, [${pointers.join(', ')}]) AS texts`;
      await connection.run(
        `CREATE OR REPLACE TABLE loaded AS
         SELECT ${[...values, ...nested.map(({ name }) => name)].join(', ')}
         FROM (SELECT ${[found, ...nested.map(({ sql }) => sql)].join(', ')}
               FROM read_ndjson_objects(${literal(path)}, compression = 'uncompressed', hive_partitioning = false))`,
      );
    },
    rules: (plan, mode) => [...(mode === 'text' ? objectRules(plan) : []), ...nestedRules(plan, isNested)],
    explainFault: async (error) => {
      const words = invalidInput(error);
      if (words === null) return null;
      const fault = (await findBrokenObject(path)) ?? 'a line is longer than 16 MiB, or is not valid UTF-8';
      return new DatasetError('not_json', `The file cannot be read as JSON lines: ${fault}.`, { cause: error });
    },
    placeOf: async (row) => {
      const line = await lineOfObject(path, row);
      return line === null ? `row ${row + 1}` : `line ${line}`;
    },
  };
}

/** A key as a JSON pointer (RFC 6901). */
function pointerTo(key: string): string {
  return `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

function objectRules(plan: TablePlan): ColumnRule[] {
  return plan.needed.slice(0, 1).map((column) => ({
    code: 'not_json',
    column,
    broken: NO_OBJECT,
    explain: (_value, where) =>
      `The file cannot be read as JSON lines: ${where} is not an object; write each row as {"column": value, …}.`,
  }));
}

/** A category may be any text, so that a list or an object would pass for one. */
function nestedRules(plan: TablePlan, isNested: (column: FileColumn) => string): ColumnRule[] {
  const texts = textColumns(plan);
  return plan.needed
    .filter(({ index }) => texts.has(index))
    .map((column) => ({
      code: 'unsupported_type',
      column,
      broken: isNested(column),
      explain: (value, where) =>
        `Column "${column.name}" has ${value} in ${where}: it must be one text, number or truth value. Write the parts ` +
        'of an object or list under keys of their own.',
    }));
}
