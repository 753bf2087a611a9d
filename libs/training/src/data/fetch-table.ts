import {
  type DuckDBConnection,
  type DuckDBDataChunk,
  DuckDBDoubleVector,
  DuckDBFloatVector,
  DuckDBIntegerVector,
  DuckDBUTinyIntVector,
} from '@duckdb/node-api';
import { type Feature, type TableColumn } from '@app/features';
import { booleanSql, labelSql, numberSql, type TimeKind, timeSql } from './column-rules.js';
import { type FileColumn } from './csv-header.js';
import { chunksOf, singleRow } from './loaded-table.js';
import { sqlName, type TablePlan } from './table-plan.js';

export interface FetchedTable {
  readonly columns: ReadonlyMap<string, TableColumn>;
  readonly labels: Uint8Array;
  readonly times: Float64Array | null;
  readonly weights: Float64Array | null;
  readonly entities: Int32Array | null;
  readonly costs: Float64Array | null;
}

type Target = Float32Array | Float64Array | Int32Array | Uint8Array;

/** One output: the expression that DuckDB works out, and the array that takes its values. */
interface Output {
  readonly sql: string;
  readonly target: Target;
}

/** Takes a checked table over into typed arrays, row for row. Missing: NaN, or code -1. */
export async function fetchTable(
  connection: DuckDBConnection,
  plan: TablePlan,
  rows: number,
  timeKind: TimeKind | null,
): Promise<FetchedTable> {
  const columns = new Map<string, TableColumn>();
  const outputs: Output[] = [];
  for (const { feature, column } of plan.features) {
    const { sql, tableColumn, target } = await outputOf(connection, feature, column, rows);
    columns.set(feature.name, tableColumn);
    outputs.push({ sql, target });
  }
  const labels = new Uint8Array(rows);
  outputs.push({ sql: `(${labelSql(plan.label)})::UTINYINT`, target: labels });
  const times = plan.time === null || timeKind === null ? null : new Float64Array(rows);
  if (plan.time !== null && timeKind !== null && times !== null) {
    outputs.push({ sql: `${timeSql(plan.time, timeKind)}::DOUBLE`, target: times });
  }
  const amounts = (column: FileColumn | null): Float64Array | null => {
    if (column === null) return null;
    const target = new Float64Array(rows);
    outputs.push({ sql: numberSql(column), target });
    return target;
  };
  const weights = amounts(plan.weight);
  const costs = amounts(plan.cost);
  const entities = plan.entity === null ? null : new Int32Array(rows);
  if (plan.entity !== null && entities !== null) {
    outputs.push({ sql: `coalesce(${await encodeEntities(connection, plan.entity)}, -1)`, target: entities });
  }

  let offset = 0;
  for await (const chunk of chunksOf(connection, `SELECT ${outputs.map(({ sql }) => sql).join(', ')} FROM loaded`)) {
    outputs.forEach(({ target }, index) => {
      copyColumn(chunk, index, target, offset);
    });
    offset += chunk.rowCount;
  }
  if (offset !== rows) throw new Error(`${offset} rows came back of ${rows}`);
  if (entities !== null) nameTheNameless(entities);
  return { columns, labels, times, weights, entities, costs };
}

/** The expression that gives a row's entity as a number from 0 on, in binary order of their texts. */
async function encodeEntities(connection: DuckDBConnection, column: FileColumn): Promise<string> {
  const name = sqlName(column);
  const text = `${name}::VARCHAR`;
  const distinct = `SELECT DISTINCT ${text} AS value FROM loaded WHERE ${name} IS NOT NULL ORDER BY value`;
  const [count] = await singleRow(connection, `SELECT count(${name}) FROM loaded`);
  if (count === 0n) return 'NULL::INTEGER';
  await connection.run(`CREATE OR REPLACE TYPE entities AS ENUM (${distinct})`);
  return `enum_code(${text}::entities)::INTEGER`;
}

/** Rows without an entity belong to nobody, so not to one another either: each gets a code of its own. */
function nameTheNameless(entities: Int32Array): void {
  let next = 0;
  for (let row = 0; row < entities.length; row++) next = Math.max(next, (entities[row] ?? -1) + 1);
  for (let row = 0; row < entities.length; row++) if (entities[row] === -1) entities[row] = next++;
}

async function outputOf(
  connection: DuckDBConnection,
  feature: Feature,
  column: FileColumn,
  rows: number,
): Promise<Output & { tableColumn: TableColumn }> {
  switch (feature.type) {
    // NaN in place of NULL spares a look at the validity of every single value.
    case 'number':
    case 'boolean': {
      const value = feature.type === 'number' ? sqlName(column) : booleanSql(column);
      const values = new Float32Array(rows);
      const tableColumn: TableColumn = { type: feature.type, values };
      return { sql: `coalesce((${value})::FLOAT, 'nan'::FLOAT)`, target: values, tableColumn };
    }
    case 'category': {
      const codes = new Int32Array(rows);
      const { values, code } = await encode(connection, column);
      return { sql: `coalesce(${code}, -1)`, target: codes, tableColumn: { type: 'category', codes, values } };
    }
  }
}

/** A category's values in DuckDB's (binary) order, and the expression that gives a row's place among them. */
async function encode(connection: DuckDBConnection, column: FileColumn): Promise<{ values: string[]; code: string }> {
  const name = sqlName(column);
  const distinct = `SELECT DISTINCT ${name}::VARCHAR AS value FROM loaded WHERE ${name} IS NOT NULL ORDER BY value`;
  const values: string[] = [];
  for await (const chunk of chunksOf(connection, distinct)) {
    chunk.visitColumnValues(0, (value) => values.push(String(value)));
  }
  if (values.length === 0) return { values, code: 'NULL::INTEGER' };
  await connection.run(`CREATE OR REPLACE TYPE values_of_${name} AS ENUM (${distinct})`);
  return { values, code: `enum_code(${name}::VARCHAR::values_of_${name})::INTEGER` };
}

function copyColumn(chunk: DuckDBDataChunk, index: number, target: Target, offset: number): void {
  const vector = chunk.getColumnVector(index);
  if (!(
    vector instanceof DuckDBFloatVector ||
    vector instanceof DuckDBIntegerVector ||
    vector instanceof DuckDBUTinyIntVector ||
    vector instanceof DuckDBDoubleVector
  )) {
    throw new Error(`column ${index} came back as ${vector.type.toString()}`);
  }
  const rows = chunk.rowCount;
  for (let row = 0; row < rows; row++) {
    const value = vector.getItem(row);
    if (value === null) throw new Error(`a checked column has no value in row ${offset + row}`);
    target[offset + row] = value;
  }
}
