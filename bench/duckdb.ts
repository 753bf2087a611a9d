import { DuckDBInstance } from '@duckdb/node-api';

/** Runs one statement in a DuckDB of its own. @returns its rows; every column must be a number */
export async function query(sql: string): Promise<Record<string, number>[]> {
  const instance = await DuckDBInstance.create();
  try {
    const connection = await instance.connect();
    const reader = await connection.runAndReadAll(sql);
    return reader
      .getRowObjectsJS()
      .map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value)])));
  } finally {
    instance.closeSync();
  }
}

/** Writes what a query gives to a CSV with a header. */
export async function writeCsv(file: string, sql: string): Promise<void> {
  await query(`COPY (${sql}) TO ${sqlText(file)} (HEADER)`);
}

/** A text as an SQL literal. */
export function sqlText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
