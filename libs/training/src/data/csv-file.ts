import { type DuckDBConnection } from '@duckdb/node-api';
import { readLayout } from './csv-header.js';
import { findBrokenLine, lineOfRow } from './csv-lines.js';
import { DatasetError } from './dataset-error.js';
import { invalidInput } from './loaded-table.js';
import { literal } from './locked-duckdb.js';
import { type TableFile } from './table-file.js';
import { numberColumns, sqlName } from './table-plan.js';

/** Comma, semicolon, tab or pipe; a header. @throws DatasetError `empty`, `not_csv` */
export function openCsvFile(
  connection: DuckDBConnection,
  path: string,
  head: Buffer,
  wanted: readonly string[],
): TableFile {
  const layout = readLayout(head, wanted);
  return {
    format: 'csv',
    columns: layout.columns,
    load: async (plan, mode) => {
      const numbers = mode === 'typed' ? numberColumns(plan) : new Set<number>();
      const columnTypes = layout.columns.map((_, index) => `c${index}: '${numbers.has(index) ? 'DOUBLE' : 'VARCHAR'}'`);
      const read = `read_csv(${literal(path)}, auto_detect = false, header = true, skip = ${layout.linesBefore},
        delim = ${literal(layout.delimiter)}, quote = '"', escape = '"', compression = 'none',
        hive_partitioning = false, columns = {${columnTypes.join(', ')}})`;
      await connection.run(
        `CREATE OR REPLACE TABLE loaded AS SELECT ${plan.needed.map(sqlName).join(', ')} FROM ${read}`,
      );
    },
    rules: () => [],
    explainFault: async (error) => {
      const words = invalidInput(error);
      if (words === null) return null;
      const fault = (await findBrokenLine(path, layout)) ?? words;
      return new DatasetError('not_csv', `The file cannot be read as CSV: ${fault}.`, { cause: error });
    },
    placeOf: async (row) => {
      const line = await lineOfRow(path, layout, row);
      return line === null ? `row ${row + 1}` : `line ${line}`;
    },
  };
}
