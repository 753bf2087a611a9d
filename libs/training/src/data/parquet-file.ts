import { stat } from 'node:fs/promises';
import { types } from 'node:util';
import { type DuckDBConnection } from '@duckdb/node-api';
import { type FileColumn } from './csv-header.js';
import { DatasetError } from './dataset-error.js';
import { singleRow } from './loaded-table.js';
import { literal } from './locked-duckdb.js';
import { type TableFile } from './table-file.js';
import { numberColumns, sqlName, type TablePlan, textColumns } from './table-plan.js';
import { reasonableBytes } from './unpack.js';

const NUMBER = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL\(.*\))$/;
const DAY_OR_TIME = /^(DATE|TIMESTAMP.*)$/;
/** Those that have no one value: lists, records, maps, bytes. */
const NOT_FLAT = /(\[\d*\]$|^(STRUCT|MAP|UNION|BLOB|BIT|GEOMETRY|VARIANT|INTERVAL)\b)/;

/** A value in memory, be it a number or the place of a text. */
const VALUE_BYTES = 8;

/** Columns have the types that the file gives them. @throws DatasetError `not_parquet` */
export async function openParquetFile(connection: DuckDBConnection, path: string): Promise<TableFile> {
  const read = `read_parquet(${literal(path)}, hive_partitioning = false)`;
  const { columns, columnTypes } = await schemaOf(connection, path, read).catch((error: unknown) => {
    throw isFileFault(error) ? damaged(error) : error;
  });
  const typeOf = ({ index }: FileColumn): string => columnTypes[index] ?? '';
  return {
    format: 'parquet',
    columns,
    load: async (plan, mode) => {
      refuseNested(plan, typeOf);
      await refuseBomb(connection, path, plan);
      const numbers = numberColumns(plan);
      const texts = textColumns(plan);
      const values = plan.needed.map((column) => {
        const name = sqlName(column);
        const type = typeOf(column);
        if (DAY_OR_TIME.test(type)) return `${name}${type === 'DATE' ? '' : '::TIMESTAMPTZ'}::VARCHAR AS ${name}`;
        if (NUMBER.test(type)) {
          const typed = mode === 'typed' && !texts.has(column.index);
          return `${name}::${typed ? 'DOUBLE' : 'VARCHAR'} AS ${name}`;
        }
        const text = NOT_FLAT.test(type) ? 'NULL::VARCHAR' : `nullif(${name}::VARCHAR, '')`;
        return `${mode === 'typed' && numbers.has(column.index) ? `${text}::DOUBLE` : text} AS ${name}`;
      });
      await connection.run(
        `CREATE OR REPLACE TABLE loaded AS SELECT ${values.join(', ')} FROM ${read} AS file(${aliases(columns.length)})`,
      );
    },
    rules: () => [],
    explainFault: (error) => Promise.resolve(isFileFault(error) ? damaged(error) : null),
    placeOf: (row) => Promise.resolve(`row ${row + 1}`),
  };
}

/** Names as the file has them, which DuckDB would make unique, and DuckDB's types. */
async function schemaOf(
  connection: DuckDBConnection,
  path: string,
  read: string,
): Promise<{ columns: string[]; columnTypes: string[] }> {
  const described = (await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${read}`)).getRows();
  const schema = (
    await connection.runAndReadAll(`SELECT name, num_children FROM parquet_schema(${literal(path)})`)
  ).getRows();
  const columns: string[] = [];
  // The schema is a tree, written out depth first; its root comes first.
  for (let at = 1; at < schema.length; at++) {
    columns.push(String(schema[at]?.[0] ?? '').trim());
    for (let below = Number(schema[at]?.[1] ?? 0); below > 0; below--) below += Number(schema[++at]?.[1] ?? 0);
  }
  if (columns.length !== described.length) throw new Error('Invalid Input Error: the schema is not a table');
  return { columns, columnTypes: described.map((row) => String(row[1])) };
}

/** Names of our own for the file's columns: c0, c1, … */
function aliases(count: number): string {
  return Array.from({ length: count }, (_, index) => `c${index}`).join(', ');
}

function refuseNested(plan: TablePlan, typeOf: (column: FileColumn) => string): void {
  const { features, label, time, weight, entity, cost } = plan;
  const used = [...features.map(({ column }) => column), label, time, weight, entity, cost];
  for (const column of used) {
    if (column === null || !NOT_FLAT.test(typeOf(column))) continue;
    const type = typeOf(column).slice(0, 60);
    throw new DatasetError(
      'unsupported_type',
      `Column "${column.name}" is of type ${type}: a row must have one number, text, time or truth value in it. ` +
        'Write its parts as columns of their own.',
    );
  }
}

/** Parquet packs by itself: equal values take next to nothing, so that a few kilobytes may hold billions of rows. */
async function refuseBomb(connection: DuckDBConnection, path: string, { needed }: TablePlan): Promise<void> {
  const [count] = await singleRow(
    connection,
    `SELECT sum(num_rows)::DOUBLE FROM parquet_file_metadata(${literal(path)})`,
  );
  const bytes = Number(count) * needed.length * VALUE_BYTES;
  if (bytes <= reasonableBytes((await stat(path)).size)) return;
  throw new DatasetError(
    'too_large',
    `The Parquet file holds ${Number(count)} rows in so few bytes as no table does. Send it as CSV or JSON lines.`,
  );
}

/** Whether DuckDB complains about the file and not about a value in it. */
function isFileFault(error: unknown): boolean {
  return types.isNativeError(error) && !/^(Out of Memory|Conversion|INTERRUPT|Interrupt)/.test(error.message);
}

/** DuckDB's own words name the server's path. */
function damaged(cause: unknown): DatasetError {
  return new DatasetError(
    'not_parquet',
    'The Parquet file is damaged or was cut short, or it is packed in a way that is not understood. Write it anew.',
    { cause },
  );
}
