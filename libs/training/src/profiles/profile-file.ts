import { setImmediate } from 'node:timers/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { ModelDefinition } from '@app/features';
import { type Association, associationOf, sampleRows } from '../data/association.js';
import { booleanSql, labelSql, numberSql, type TimeKind, timeSql } from '../data/column-rules.js';
import type { FileColumn } from '../data/csv-header.js';
import { fetchTable } from '../data/fetch-table.js';
import { singleRow } from '../data/loaded-table.js';
import { loadTable, neededOf, type OpenFile, type ReadOptions, toLabelled, withTableFile } from '../data/read-table.js';
import { planTable, sqlName, type TablePlan } from '../data/table-plan.js';
import { chooseModel, neededOfAny } from './choose-model.js';
import type {
  ColumnProfileDto,
  ColumnRole,
  ColumnType,
  DatasetProfileDto,
  ColumnQuantilesDto,
} from './dataset-profile.dto.js';
import { warningsOf } from './profile-warnings.js';

/**
 * Reads a training file as a training would, and says what is in it.
 * @param definitions the model to look at it for; of several, the one whose columns it has
 * @throws DatasetError as `readTable` does; ModelChoiceError
 */
export async function profileFile(
  path: string,
  definitions: readonly ModelDefinition[],
  options: ReadOptions,
): Promise<{ model: string; profile: DatasetProfileDto }> {
  return withTableFile(path, neededOfAny(definitions), options, async ({ connection, file, reopen }) => {
    const definition = chooseModel(definitions, file);
    const profile = await profileFor(
      definition,
      { connection, file: await reopen(neededOf(definition)), reopen },
      options,
    );
    return { model: definition.name, profile };
  });
}

async function profileFor(
  definition: ModelDefinition,
  { connection, file }: OpenFile,
  options: ReadOptions,
): Promise<DatasetProfileDto> {
  const plan = planTable(definition, file, {}, true);
  const { rows, timeKind } = await loadTable({ connection, file, plan }, options);
  const data = toLabelled(await fetchTable(connection, plan, rows, timeKind), rows, plan);
  const sample = sampleRows(
    data,
    Uint32Array.from(data.labels, (_, row) => row),
  );
  const associations = new Map<number, Association>();
  for (const { feature, column } of plan.features) {
    await setImmediate();
    options.signal?.throwIfAborted();
    const values = data.table.columns.get(feature.name);
    if (values !== undefined) associations.set(column.index, associationOf(values, sample));
  }
  const columns: ColumnProfileDto[] = [];
  for (const column of plan.needed) {
    options.signal?.throwIfAborted();
    const association = associations.get(column.index)?.rocAuc ?? null;
    columns.push({ ...(await profileColumn(connection, plan, column, timeKind)), association });
  }
  const time = columns.find(({ name }) => name === plan.time?.name);
  const summary = {
    format: file.format,
    rows,
    frauds: data.frauds,
    duplicate_rows: await duplicatesAmong(connection, plan),
    time_range: typeof time?.min === 'number' && typeof time.max === 'number' ? { from: time.min, to: time.max } : null,
    columns,
  };
  return { ...summary, warnings: await warningsOf(connection, plan, summary, associations) };
}

type Figures = Omit<ColumnProfileDto, 'association'>;

async function profileColumn(
  connection: DuckDBConnection,
  plan: TablePlan,
  column: FileColumn,
  timeKind: TimeKind | null,
): Promise<Figures> {
  const role = roleOf(plan, column);
  const type = await typeOf(connection, plan, column, role);
  const value = valueSql(column, role, type, timeKind);
  const name = sqlName(column);
  // NaN and infinity occur in unused columns alone, and have no mean: they count as missing.
  const [missing, unique, min, max, mean, quantiles] = await singleRow(
    connection,
    value === null
      ? `SELECT count(*) FILTER (WHERE ${name} IS NULL), count(DISTINCT ${name}), NULL, NULL, NULL, NULL FROM loaded`
      : `SELECT count(*) FILTER (WHERE value IS NULL), count(DISTINCT value), min(value), max(value), avg(value),
           quantile_cont(value, [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99])::VARCHAR
         FROM (SELECT CASE WHEN isfinite(figure) THEN figure END AS value FROM (SELECT ${value} AS figure FROM loaded))`,
  );
  return {
    name: column.name,
    role,
    type,
    missing: Number(missing),
    unique: Number(unique),
    min: finite(min),
    max: finite(max),
    mean: finite(mean),
    quantiles: quantilesOf(quantiles),
  };
}

function roleOf(plan: TablePlan, { index }: FileColumn): ColumnRole {
  if (index === plan.label.index) return 'label';
  if (plan.features.some(({ column }) => column.index === index)) return 'feature';
  return index === plan.time?.index ? 'time' : 'unused';
}

async function typeOf(
  connection: DuckDBConnection,
  plan: TablePlan,
  column: FileColumn,
  role: ColumnRole,
): Promise<ColumnType> {
  if (role === 'label') return 'boolean';
  if (role === 'time') return 'time';
  const used = plan.features.find((each) => each.column.index === column.index);
  if (used !== undefined) return used.feature.type;
  const name = sqlName(column);
  const all = (sql: string): string =>
    `coalesce(bool_and((${sql}) IS NOT NULL) FILTER (WHERE ${name} IS NOT NULL), false)`;
  const [number, boolean, time] = await singleRow(
    connection,
    `SELECT ${all(numberSql(column))}, ${all(booleanSql(column))}, ${all(timeSql(column, 'date'))} FROM loaded`,
  );
  if (number === true) return 'number';
  if (boolean === true) return 'boolean';
  return time === true ? 'time' : 'text';
}

/** A column's value as a DOUBLE, or null for one that is no number. */
function valueSql(column: FileColumn, role: ColumnRole, type: ColumnType, timeKind: TimeKind | null): string | null {
  switch (type) {
    case 'number':
      return numberSql(column);
    case 'boolean':
      return `(${role === 'label' ? labelSql(column) : booleanSql(column)})::DOUBLE`;
    case 'time':
      return timeSql(column, role === 'time' && timeKind !== null ? timeKind : 'date');
    case 'category':
    case 'text':
      return null;
  }
}

/** Counted by a hash of 64 bits of the whole row: sure enough for a warning, and in a tenth of the memory. */
async function duplicatesAmong(connection: DuckDBConnection, plan: TablePlan): Promise<number> {
  const [duplicates] = await singleRow(
    connection,
    `SELECT count(*) - count(DISTINCT hash(${plan.needed.map(sqlName).join(', ')})) FROM loaded`,
  );
  return Number(duplicates);
}

function quantilesOf(value: unknown): ColumnQuantilesDto | null {
  const [p1, p5, p25, p50, p75, p95, p99] = typeof value === 'string' ? (JSON.parse(value) as number[]) : [];
  if (p1 === undefined || p5 === undefined || p25 === undefined || p50 === undefined) return null;
  if (p75 === undefined || p95 === undefined || p99 === undefined) return null;
  return { p1, p5, p25, p50, p75, p95, p99 };
}

function finite(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
