import { JsonBody, TextBody } from '@app/common';
import { isTransaction, MAX_NAME_LENGTH, type Transaction } from '@app/features';
import { MAX_BATCH, type PathOf, pathByIndex } from '@app/scoring';
import { invalid } from '../invalid.js';
import { prefersJson } from './accepts.js';
import { bareList, lines, predictions, verdictsById, type WriteAnswer } from './answers.js';
import { namesInOrder } from './names-in-order.js';
import { nameAttributes, sentName } from './positions.js';
import { readCsv } from './read-csv.js';
import { rowsOfInputs, rowsOfList, rowsOfSplit, within } from './rows.js';

/** A request to `/invocations`, whatever its form. */
export interface Invocation {
  readonly transactions: readonly unknown[];
  readonly pathOf: PathOf;
  readonly answer: WriteAnswer;
}

/** The forms of MLflow's scoring server, by the field that tells them. */
const ROWS_OF = {
  instances: rowsOfList,
  inputs: rowsOfInputs,
  dataframe_split: rowsOfSplit,
  dataframe_records: rowsOfList,
} as const;

/** What MLflow's clients may send along; no use here. */
const BESIDES: ReadonlySet<string> = new Set(['params', 'signature_name']);

/** A split data frame as MLflow 1 took it, without a name around it. */
const BARE_SPLIT: ReadonlySet<string> = new Set(['columns', 'index', 'data']);

/**
 * Understands what clients of the old service, of SageMaker and of MLflow send.
 * @param accept the header; it matters for CSV, which is answered with JSON when that is asked for
 * @throws Problem 422
 */
export async function readInvocation(body: unknown, accept = ''): Promise<Invocation> {
  if (body instanceof TextBody) {
    const transactions = await readCsv(body.text);
    return { transactions, pathOf: pathByIndex, answer: prefersJson(accept) ? predictions : lines };
  }
  const { value, text } = body instanceof JsonBody ? body : { value: undefined, text: '' };
  if (Array.isArray(value)) return { ...named(rowsOfList(value, ''), String), answer: bareList };
  const names = isTransaction(value) ? namesInOrder(text, MAX_BATCH + 1) : [];
  if (!isTransaction(value) || names.length === 0) {
    throw invalid('', 'must be transactions by id, or instances, inputs, dataframe_split, dataframe_records');
  }
  if (isBareSplit(value, names)) {
    return { ...named(rowsOfSplit(value, ''), (index) => `data.${index}`), answer: bareList };
  }
  const form = formOf(names);
  if (form === undefined) return byId(value, names);
  const rows = await ROWS_OF[form](value[form], form);
  const parent = form === 'dataframe_split' ? within(form, 'data') : form;
  return { ...named(rows, (index) => `${parent}.${index}`), answer: predictions };
}

function isBareSplit(body: Transaction, names: readonly string[]): boolean {
  return Array.isArray(body['columns']) && Array.isArray(body['data']) && names.every((name) => BARE_SPLIT.has(name));
}

function formOf(names: readonly string[]): keyof typeof ROWS_OF | undefined {
  const form = names.find((name): name is keyof typeof ROWS_OF => Object.hasOwn(ROWS_OF, name));
  if (form === undefined) return undefined;
  const other = names.find((name) => name !== form && !BESIDES.has(name));
  if (other === undefined) return form;
  throw invalid(shortened(other), `cannot come with ${form}`);
}

function byId(body: Transaction, ids: readonly string[]): Invocation {
  if (ids.length > MAX_BATCH) throw invalid('', `must hold at most ${MAX_BATCH} transactions: send them in parts`);
  const records = ids.map((id) => body[id]);
  return { ...named(records, (index) => shortened(ids[index] ?? '')), answer: verdictsById(ids) };
}

/** Records that may name features by position, each found by its own path. */
function named(
  records: readonly unknown[],
  pathOfRecord: (index: number) => string,
): Pick<Invocation, 'transactions' | 'pathOf'> {
  return {
    transactions: records.map(nameAttributes),
    pathOf: (index, field) =>
      field === '' ? pathOfRecord(index) : `${pathOfRecord(index)}.${sentName(records[index], field)}`,
  };
}

function shortened(name: string): string {
  return name.slice(0, MAX_NAME_LENGTH);
}
