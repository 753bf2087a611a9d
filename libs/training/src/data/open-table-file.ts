import { type DuckDBConnection } from '@duckdb/node-api';
import { openCsvFile } from './csv-file.js';
import { DatasetError } from './dataset-error.js';
import { HEAD_BYTES, isParquet, looksLikeJsonLines, whyNotCsv } from './file-kind.js';
import { openJsonLinesFile } from './json-lines-file.js';
import { openParquetFile } from './parquet-file.js';
import { type TableFile, type WantedColumns } from './table-file.js';
import { readHead } from './unpack.js';

/** The header must end within the file's first MiB. */
const HEADER_BYTES = 1_048_576;

/**
 * Opens a plain file by its content.
 * @throws DatasetError `empty`, `not_csv`, `not_parquet`, `not_json`
 */
export async function openTableFile(
  connection: DuckDBConnection,
  path: string,
  wanted: WantedColumns,
): Promise<TableFile> {
  const head = await readHead(path, HEADER_BYTES);
  if (head.length === 0) throw new DatasetError('empty', 'The file is empty.');
  if (isParquet(head)) return openParquetFile(connection, path);
  if (looksLikeJsonLines(head)) return openJsonLinesFile(connection, path, head, wanted);
  const why = whyNotCsv(head.subarray(0, HEAD_BYTES));
  if (why !== null) throw new DatasetError('not_csv', `The file is not a CSV: ${why}.`);
  return openCsvFile(connection, path, head, wanted.names);
}
