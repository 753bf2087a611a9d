import { setImmediate as nextTurn } from 'node:timers/promises';
import { Problem, type ProblemField } from '@app/common';
import { type FieldError, isTransaction, MAX_ERRORS, type Transaction } from '@app/features';
import type { LoadedVersion } from '@app/model-registry';
import { tooMany } from './problems.js';

/** No request scores more transactions than this. */
export const MAX_BATCH = 10_000;

/** Of a transaction in a batch; ten thousand that are off in every feature would make an answer of 40 MB. */
export const WARNINGS_PER_TRANSACTION = 5;

/** Between so many rows the event loop is free for other requests: about five milliseconds of work. */
export const ROWS_PER_TURN = 1_000;

/** And for so long a check of rows keeps it: one that is wrong all over takes a hundred times as long as a good one. */
const MILLISECONDS_PER_TURN = 5;

/** What the inputs of one run may take: 16 MiB, also where a model has thousands of inputs. */
const FLOATS_PER_RUN = 4_194_304;

/** A transaction that the model takes, or what is wrong with it. */
export type Checked = { readonly transaction: Transaction } | { readonly errors: readonly FieldError[] };

/** Where a client finds a field of the transaction at an index: `3.V7`, or `3` for the transaction itself. */
export type PathOf = (index: number, field: string) => string;

export const pathByIndex: PathOf = (index, field) => (field === '' ? String(index) : `${index}.${field}`);

/** @throws Problem 422 when there are more than {@link MAX_BATCH}; `path` is the list's in the body */
export function assertBatchSize({ length }: { readonly length: number }, path = ''): void {
  if (length <= MAX_BATCH) return;
  throw tooMany(path, MAX_BATCH, length);
}

/** Each transaction checked, in order. */
export async function checkEach(version: LoadedVersion, transactions: readonly unknown[]): Promise<Checked[]> {
  const each: Checked[] = [];
  for await (const checked of eachInTurns(version, transactions)) each.push(checked);
  return each;
}

async function* eachInTurns({ validate }: LoadedVersion, transactions: readonly unknown[]): AsyncGenerator<Checked> {
  let began = performance.now();
  for (const transaction of transactions) {
    if (performance.now() - began > MILLISECONDS_PER_TURN) {
      await nextTurn();
      began = performance.now();
    }
    const errors = validate(transaction);
    yield errors.length === 0 && isTransaction(transaction) ? { transaction } : { errors };
  }
}

/** Each transaction, when all of them fit. @throws Problem 422 naming what is wrong with which */
export async function checkAll(
  version: LoadedVersion,
  transactions: readonly unknown[],
  pathOf: PathOf,
): Promise<Transaction[]> {
  const fitting: Transaction[] = [];
  const errors: ProblemField[] = [];
  let index = 0;
  for await (const checked of eachInTurns(version, transactions)) {
    if ('transaction' in checked) fitting.push(checked.transaction);
    else errors.push(...checked.errors.map(({ path, message }) => ({ path: pathOf(index, path), message })));
    if (errors.length >= MAX_ERRORS) break;
    index++;
  }
  if (errors.length > 0) throw Problem.invalid(errors.slice(0, MAX_ERRORS));
  return fitting;
}

/** False for NaN, too. */
export function isProbability(value: number): boolean {
  return value >= 0 && value <= 1;
}

/** Probabilities of fraud, in order: vectorised runs, each of them timed, between which the event loop is free. */
export async function predictMany(
  { vectoriser, onnx }: LoadedVersion,
  transactions: readonly Transaction[],
  timed: (run: () => Promise<Float32Array>) => Promise<Float32Array> = (run) => run(),
): Promise<Float32Array> {
  const { width } = vectoriser;
  const rowsPerRun = Math.max(1, Math.min(ROWS_PER_TURN, Math.floor(FLOATS_PER_RUN / width)));
  const probabilities = new Float32Array(transactions.length);
  for (let start = 0; start < transactions.length; start += rowsPerRun) {
    const run = transactions.slice(start, start + rowsPerRun);
    const inputs = new Float32Array(run.length * width);
    for (const [row, transaction] of run.entries()) vectoriser.write(transaction, inputs, row * width);
    probabilities.set(await timed(() => onnx.predict(inputs, run.length)), start);
  }
  if (!probabilities.every(isProbability)) throw new Error('the model gave something that is no probability');
  return probabilities;
}
