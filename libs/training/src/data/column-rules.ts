import { type Feature } from '@app/features';
import { type FileColumn } from './csv-header.js';
import { type DatasetErrorCode } from './dataset-error.js';
import { sqlName, type TablePlan } from './table-plan.js';

/** Times in a file are numbers, taken as they are, or ISO 8601 dates. The first value says which. */
export type TimeKind = 'number' | 'date';

/** Something that no value of a column may be. */
export interface ColumnRule {
  readonly code: DatasetErrorCode;
  readonly column: FileColumn;
  /** An SQL condition that holds for a bad value, be the column read as DOUBLE or as VARCHAR. */
  readonly broken: string;
  /** The message; `value` is the text in the file, quoted, `where` the line or row. */
  readonly explain: (value: string, where: string) => string;
}

/** Half-way between the largest float32 and 2^128: from here on a number rounds to infinity in float32. */
const FLOAT32_LIMIT = '3.4028235677973366e38';

/** 1, 0 or NULL. Besides what scoring takes (true, false, 1, 0): t and f as PostgreSQL writes them, 1.0 and 0.0 as pandas does. */
export function booleanSql(column: FileColumn): string {
  return truthSql(column, ["'true'", "'t'"], ["'false'", "'f'"]);
}

/** 1, 0 or NULL: the numbers 1 and 0 however written, or true and false. */
export function labelSql(column: FileColumn): string {
  return truthSql(column, ["'true'"], ["'false'"]);
}

function truthSql(column: FileColumn, yes: readonly string[], no: readonly string[]): string {
  const name = sqlName(column);
  const word = `lower(trim(${name}::VARCHAR))`;
  return (
    `CASE try_cast(${name} AS DOUBLE) WHEN 1 THEN 1 WHEN 0 THEN 0 ELSE ` +
    `CASE WHEN ${word} IN (${yes.join(', ')}) THEN 1 WHEN ${word} IN (${no.join(', ')}) THEN 0 END END`
  );
}

/** The time as a DOUBLE: the number itself, or seconds since 1970 UTC. */
export function timeSql(column: FileColumn, kind: TimeKind): string {
  const name = sqlName(column);
  return kind === 'number'
    ? `try_cast(${name} AS DOUBLE)`
    : // WITH TIME ZONE: a plain TIMESTAMP passes over the offset in the text.
      `epoch(try_cast(${name} AS TIMESTAMP WITH TIME ZONE))`;
}

/** All that must hold of a file's values for a model, in the file's order of columns. */
export function columnRules(plan: TablePlan, timeKind: TimeKind | null): ColumnRule[] {
  const rules = [
    labelRule(plan.label),
    ...plan.features.flatMap(({ feature, column }) => featureRules(feature, column)),
    ...(plan.time === null || timeKind === null ? [] : [timeRule(plan.time, timeKind)]),
    ...(plan.weight === null ? [] : [amountRule('bad_weight', 'weight', plan.weight)]),
    ...(plan.cost === null ? [] : [amountRule('bad_cost', 'cost', plan.cost)]),
  ];
  return rules.sort((a, b) => a.column.index - b.column.index);
}

function labelRule(column: FileColumn): ColumnRule {
  return {
    code: 'bad_label',
    column,
    broken: `(${labelSql(column)}) IS NULL`,
    explain: (value, where) =>
      `The label column "${column.name}" has ${value} in ${where}. It must be 1 (fraud) or 0 (legitimate) in every row.`,
  };
}

/** A weight or a cost: a number of at least 0 that float32 holds, in every row. */
function amountRule(code: 'bad_weight' | 'bad_cost', what: string, column: FileColumn): ColumnRule {
  const number = numberSql(column);
  return {
    code,
    column,
    broken: `NOT coalesce(${number} >= 0 AND ${number} < ${FLOAT32_LIMIT}, false)`,
    explain: (value, where) =>
      `The ${what} column "${column.name}" has ${value} in ${where}. It must be a number of at least 0 in every row.`,
  };
}

/** A number as a DOUBLE, or NULL. */
export function numberSql(column: FileColumn): string {
  return `try_cast(${sqlName(column)} AS DOUBLE)`;
}

function timeRule(column: FileColumn, kind: TimeKind): ColumnRule {
  const wanted =
    kind === 'number'
      ? 'a number, as in the first row'
      : 'a date or time as ISO 8601 writes it (2024-05-31 or 2024-05-31T23:59:00Z), or a number in every row';
  return {
    code: 'bad_time',
    column,
    broken: `NOT coalesce(isfinite(${timeSql(column, kind)}), false)`,
    explain: (value, where) => `The time column "${column.name}" has ${value} in ${where}. It must be ${wanted}.`,
  };
}

function featureRules(feature: Feature, column: FileColumn): ColumnRule[] {
  const name = sqlName(column);
  const missing: ColumnRule = {
    code: 'missing_value',
    column,
    broken: `${name} IS NULL`,
    explain: (_value, where) =>
      `Column "${column.name}" is empty in ${where}. Fill it, drop the row, or make the feature nullable in the model.`,
  };
  const rules = feature.nullable ? [] : [missing];
  switch (feature.type) {
    case 'number':
      return [...rules, numberRule(column)];
    case 'boolean':
      return [...rules, booleanRule(column)];
    case 'category':
      return rules;
  }
}

function numberRule(column: FileColumn): ColumnRule {
  const name = sqlName(column);
  return {
    code: 'not_a_number',
    column,
    // NaN is larger than every number to DuckDB, so it fails the comparison, too.
    broken: `${name} IS NOT NULL AND NOT coalesce(abs(try_cast(${name} AS DOUBLE)) < ${FLOAT32_LIMIT}, false)`,
    explain: (value, where) => {
      const advice = /^"[-+]?[\d.]*\d,\d+"$/.test(value)
        ? 'Write numbers with a decimal point and without separators.'
        : 'It must be a finite number of less than 3.4e38; leave the field empty where a value is missing.';
      return `Column "${column.name}" has ${value} in ${where}, which is not a number to train on. ${advice}`;
    },
  };
}

function booleanRule(column: FileColumn): ColumnRule {
  return {
    code: 'not_a_boolean',
    column,
    broken: `${sqlName(column)} IS NOT NULL AND (${booleanSql(column)}) IS NULL`,
    explain: (value, where) => `Column "${column.name}" has ${value} in ${where}. It must be true or false, or 1 or 0.`,
  };
}
