import { types } from 'node:util';
import { type DuckDBConnection, type DuckDBDataChunk } from '@duckdb/node-api';
import { type ColumnRule, type TimeKind, timeSql } from './column-rules.js';
import { type FileColumn } from './csv-header.js';
import { sqlName } from './table-plan.js';

/** What DuckDB says of a file that is not well made, without a full stop; null for any other error. */
export function invalidInput(error: unknown): string | null {
  if (!types.isNativeError(error) || !error.message.startsWith('Invalid Input Error')) return null;
  return (error.message.split('\n')[0] ?? '').replace(/^Invalid Input Error: |\.\s*$/g, '');
}

/** Whether DuckDB ran out of the memory that it may use. */
export function isOutOfMemory(error: unknown): boolean {
  return types.isNativeError(error) && error.message.startsWith('Out of Memory');
}

/** Whether the first time in the table is a number or a date. */
export async function timeKindOf(connection: DuckDBConnection, column: FileColumn): Promise<TimeKind> {
  const [isNumber] = await singleRow(
    connection,
    `SELECT coalesce(first(${timeSql(column, 'number')} IS NOT NULL ORDER BY rowid), false)
     FROM loaded WHERE ${sqlName(column)} IS NOT NULL`,
  );
  return isNumber === true ? 'number' : 'date';
}

/** DuckDB's time for a query grows with the square of its aggregates. */
const RULES_PER_QUERY = 64;

export interface BrokenCell {
  readonly rule: ColumnRule;
  /** 0 for the first. */
  readonly row: number;
}

/** The first cell of the table that breaks a rule, by row, then by column; null when there is none. */
export async function findBrokenCell(
  connection: DuckDBConnection,
  rules: readonly ColumnRule[],
): Promise<BrokenCell | null> {
  const rows: unknown[] = [];
  for (let from = 0; from < rules.length; from += RULES_PER_QUERY) {
    const part = rules.slice(from, from + RULES_PER_QUERY);
    const minima = part.map(({ broken }) => `min(rowid) FILTER (WHERE ${broken})`);
    rows.push(...(await singleRow(connection, `SELECT ${minima.join(', ')} FROM loaded`)));
  }
  const cells = rules.flatMap((rule, index): BrokenCell[] => {
    const row = rows[index];
    return typeof row === 'bigint' ? [{ rule, row: Number(row) }] : [];
  });
  // A stable sort: the rules stand in the order of the columns.
  return cells.sort((a, b) => a.row - b.row)[0] ?? null;
}

/** A cell's text, or null where it is empty. */
export async function textAt(connection: DuckDBConnection, column: FileColumn, row: number): Promise<string | null> {
  const [text] = await singleRow(connection, `SELECT ${sqlName(column)}::VARCHAR FROM loaded WHERE rowid = ${row}`);
  return typeof text === 'string' ? text : null;
}

/** The one row of an aggregate. */
export async function singleRow(connection: DuckDBConnection, sql: string): Promise<unknown[]> {
  const [row] = (await connection.runAndReadAll(sql)).getRows();
  if (row === undefined) throw new Error('a query that gives one row gave none');
  return row;
}

/** The chunks of a query's result (2,048 rows each), every one awaited, so that the event loop stays free. */
export async function* chunksOf(connection: DuckDBConnection, sql: string): AsyncGenerator<DuckDBDataChunk> {
  const result = await connection.stream(sql);
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    yield chunk;
  }
}
