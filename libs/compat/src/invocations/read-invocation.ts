import { Problem, TextBody } from '@app/common';
import { isTransaction } from '@app/features';
import { assertBatchSize, type PathOf, pathByIndex } from '@app/scoring';
import { asFloat } from '../json-floats.js';
import { readCsv } from './read-csv.js';
import { assertColumns, FEATURES, nameAttributes, nameCells, sentNames } from './positions.js';

/** A request to `/invocations`, whatever its form. */
export interface Invocation {
  readonly transactions: readonly unknown[];
  readonly pathOf: PathOf;
  /** Writes the verdicts in the form of the request. */
  readonly answer: (frauds: readonly boolean[]) => InvocationAnswer;
}

export interface InvocationAnswer {
  readonly type: 'application/json' | 'text/csv';
  readonly text: string;
}

/** The forms of MLflow's scoring server, by the field that tells them. */
const ROWS_OF = {
  instances: rowsOfList,
  inputs: (value: unknown, path: string) =>
    isTransaction(value) ? rowsOfColumns(value, path) : rowsOfList(value, path),
  dataframe_split: rowsOfSplit,
  dataframe_records: rowsOfList,
} as const;

/** What MLflow's clients may send along; no use here. */
const BESIDES: ReadonlySet<string> = new Set(['params', 'signature_name']);

/**
 * Understands what clients of the old service, of SageMaker and of MLflow send.
 * @param accept the header; it matters for CSV, which is answered with JSON when asked for
 * @throws Problem 422
 */
export function readInvocation(body: unknown, accept = ''): Invocation {
  if (body instanceof TextBody) {
    return {
      transactions: readCsv(body.text),
      pathOf: pathByIndex,
      answer: accept.includes('application/json') ? predictions : lines,
    };
  }
  if (!isTransaction(body) || Object.keys(body).length === 0) {
    const message = 'must be an object of transactions by id, or instances, inputs, dataframe_split, dataframe_records';
    throw Problem.invalid([{ path: '', message }]);
  }
  const form = formOf(body);
  if (form === undefined) return byId(body);
  const rows = ROWS_OF[form](body[form], form);
  const parent = form === 'dataframe_split' ? `${form}.data` : form;
  return { ...named(rows, (index) => `${parent}.${index}`), answer: predictions };
}

function formOf(body: Readonly<Record<string, unknown>>): keyof typeof ROWS_OF | undefined {
  const names = Object.keys(body);
  const forms = names.filter((name): name is keyof typeof ROWS_OF => Object.hasOwn(ROWS_OF, name));
  if (forms.length === 0) return undefined;
  const others = names.filter((name) => name !== forms[0] && !BESIDES.has(name));
  if (others.length === 0) return forms[0];
  throw Problem.invalid(
    others.slice(0, 10).map((name) => ({ path: name.slice(0, 128), message: `cannot come with ${forms[0]}` })),
  );
}

function byId(body: Readonly<Record<string, unknown>>): Invocation {
  const ids = Object.keys(body);
  assertBatchSize(ids);
  return {
    ...named(Object.values(body), (index) => (ids[index] ?? '').slice(0, 128)),
    answer: (frauds) => {
      const verdicts = ids.map((id, index) => `${JSON.stringify(id)}: ${verdict(frauds[index])}`);
      return { type: 'application/json', text: `{"credit-card-fraud": {${verdicts.join(', ')}}}` };
    },
  };
}

/** Records that may name features by position, each found by its own path. */
function named(
  records: readonly unknown[],
  pathOfRecord: (index: number) => string,
): Pick<Invocation, 'transactions' | 'pathOf'> {
  const names = sentNames(records);
  return {
    transactions: records.map(nameAttributes),
    pathOf: (index, field) => (field === '' ? pathOfRecord(index) : `${pathOfRecord(index)}.${names(index, field)}`),
  };
}

/** Rows by position, or records by name. */
function rowsOfList(list: unknown, path: string): unknown[] {
  if (!Array.isArray(list)) throw Problem.invalid([{ path, message: 'must be a list of rows or records' }]);
  assertBatchSize(list, path);
  return list.map((row: unknown, index) => (Array.isArray(row) ? nameCells(row, FEATURES, `${path}.${index}`) : row));
}

/** `{"V1": [row 0, row 1, …], …}` */
function rowsOfColumns(columns: Readonly<Record<string, unknown>>, path: string): unknown[] {
  const lists = Object.entries(columns).map(
    ([name, values]) => [name, Array.isArray(values) ? values : [values]] as const,
  );
  assertColumns(lists.length, path);
  const length = lists[0]?.[1].length ?? 0;
  const uneven = lists.find(([, values]) => values.length !== length);
  if (uneven) {
    const message = `must hold as many values as the first column: ${length}, got ${uneven[1].length}`;
    throw Problem.invalid([{ path: `${path}.${uneven[0].slice(0, 128)}`, message }]);
  }
  assertBatchSize(lists[0]?.[1] ?? [], path);
  return Array.from({ length }, (_, row) =>
    Object.fromEntries(lists.map(([name, values]): [string, unknown] => [name, values[row]])),
  );
}

/** `{"columns": [names], "data": [rows]}`; without columns the rows are by position. */
function rowsOfSplit(split: unknown, path: string): unknown[] {
  if (!isTransaction(split)) throw Problem.invalid([{ path, message: 'must be {"columns": […], "data": [[…], …]}' }]);
  const { columns = FEATURES, data } = split;
  if (Array.isArray(columns)) assertColumns(columns.length, `${path}.columns`);
  if (!isNames(columns)) {
    throw Problem.invalid([{ path: `${path}.columns`, message: 'must be a list of names, each there once' }]);
  }
  if (!Array.isArray(data)) throw Problem.invalid([{ path: `${path}.data`, message: 'must be a list of rows' }]);
  assertBatchSize(data, `${path}.data`);
  return data.map((row: unknown, index) =>
    Array.isArray(row) ? nameCells(row, columns, `${path}.data.${index}`) : row,
  );
}

function isNames(columns: unknown): columns is readonly string[] {
  return (
    Array.isArray(columns) &&
    columns.every((name) => typeof name === 'string') &&
    new Set(columns).size === columns.length
  );
}

function predictions(frauds: readonly boolean[]): InvocationAnswer {
  return { type: 'application/json', text: `{"predictions": [${frauds.map(verdict).join(', ')}]}` };
}

function lines(frauds: readonly boolean[]): InvocationAnswer {
  return { type: 'text/csv', text: frauds.map((fraud) => `${verdict(fraud)}\n`).join('') };
}

function verdict(fraud: boolean | undefined): string {
  return asFloat(fraud ? 1 : 0);
}
