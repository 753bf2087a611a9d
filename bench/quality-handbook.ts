import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { boostAlone } from './boost-alone.js';
import { query } from './duckdb.js';
import { HANDBOOK_INPUTS, handbookSql } from './handbook-inputs.js';
import { type CustomerDay, withoutKnownCustomers } from './known-customers.js';
import { shownFigures } from './quality-figures.js';
import type { BenchService } from './service.js';
import { probabilitiesOf, trainChampion, upload } from './trainings.js';

export interface HandbookTask {
  /** The transactions of the Fraud Detection Handbook from 2018-06-01 to 2018-08-14. */
  readonly file: string;
  /** Of the search, whose version gets a row of its own; 0: none. */
  readonly trials: number;
  /** For files that are needed on the way. */
  readonly directory: string;
  readonly threads: number;
}

const MODEL = 'handbook';
const TRAIN_FROM = '2018-07-25';
const TRAIN_TO = '2018-07-31';
const TEST_FROM = '2018-08-08';
const TEST_TO = '2018-08-14';
/** Share of the training week. */
const CALIBRATION_SHARE = 0.16;

/** What XGBoost alone is asked for: all rows and inputs for each tree, and enough bins for every value to have one. */
const LIKE_EXACT = {
  rounds: 100,
  early_stopping_rounds: 0,
  max_depth: 3,
  learning_rate: 0.1,
  subsample: 1,
  colsample_bytree: 1,
  max_bin: 65_536,
};

const FIGURES = ['roc_auc', 'average_precision', 'card_precision_at_100'] as const;
export const HANDBOOK_HEADINGS = ['Handbook, week of 2018-08-08', ...FIGURES] as const;

/** https://fraud-detection-handbook.github.io, chapter 3, baseline. */
const PUBLISHED = [
  ['logistic regression, published', '0.871', '0.606', '0.291'],
  ['decision tree of depth 2, published', '0.763', '0.496', '0.241'],
  ['random forest, published', '0.867', '0.658', '0.287'],
  ['XGBoost with its defaults, published', '0.862', '0.639', '0.273'],
];

const DEFINITION = {
  name: MODEL,
  label: 'is_fraud',
  features: HANDBOOK_INPUTS.map((name) => ({ name, type: 'number' })),
  time_column: 'seconds',
};

/** A row of `handbookSql`. */
interface Transaction extends CustomerDay {
  readonly seconds: number;
  readonly inputs: Readonly<Record<string, number>>;
}

/** One row for the plain call and one for the search, then XGBoost alone on the same week, then the published ones. */
export async function handbookQuality(service: BenchService, task: HandbookTask): Promise<string[][]> {
  const all = (await query(handbookSql(task.file, TRAIN_FROM, TEST_TO))).map(toTransaction);
  const week = all.filter(({ day }) => day <= epochDay(TRAIN_TO));
  const test = withoutKnownCustomers(all, epochDay(TEST_FROM));
  const rows = {
    labels: Uint8Array.from(test, ({ isFraud }) => isFraud),
    entities: Int32Array.from(test, ({ customer }) => customer),
    times: Float64Array.from(test, ({ seconds }) => seconds),
  };
  const table: string[][] = [];
  const add = async (name: string, probabilities: Float32Array): Promise<void> => {
    table.push([name, ...(await shownFigures({ ...rows, probabilities }, FIGURES))]);
  };

  // The holdout is exactly the test: the gap's transactions are not in the file.
  const file = join(task.directory, 'handbook.csv');
  await writeFile(file, csvOf([...week, ...test]));
  const share = week.length / (week.length + test.length);
  const split = { method: 'by_time', calibration_share: CALIBRATION_SHARE * share, holdout_share: 1 - share };

  await service.call('POST', '/v1/models', DEFINITION);
  const dataset = await upload(service, file);
  const transactions = test.map(({ inputs }) => inputs);
  const trainAndAdd = async (name: string, request: object): Promise<void> => {
    const { lineage } = await trainChampion(service, MODEL, { dataset, split, ...request });
    if (lineage.split.holdout_rows !== test.length) throw new Error('the holdout is not the test week');
    await add(name, await probabilitiesOf(service, MODEL, transactions));
  };
  await trainAndAdd('a plain call', {});
  await trainAndAdd('100 trees of depth 3, rate 0.1, on all values', { params: LIKE_EXACT, calibration: 'none' });
  if (task.trials > 0) await trainAndAdd(`best of ${task.trials} trials`, { search: { trials: task.trials } });

  const alone = { method: 'exact', rounds: 100, depth: 3, threads: task.threads, ignored: ['seconds'] } as const;
  const { probabilities } = await boostAlone({ file, share, ...alone });
  await add('XGBoost alone, exact, 100 trees of depth 3, rate 0.1', probabilities);
  return [...table, ...PUBLISHED];
}

function toTransaction(row: Readonly<Record<string, number>>): Transaction {
  const { seconds = NaN, day = NaN, customer = NaN, is_fraud: isFraud = NaN, ...inputs } = row;
  return { seconds, day, customer, isFraud, inputs };
}

function csvOf(transactions: readonly Transaction[]): string {
  const lines = transactions.map(({ seconds, inputs, isFraud }) =>
    [seconds, ...HANDBOOK_INPUTS.map((name) => inputs[name]), isFraud].join(','),
  );
  return [['seconds', ...HANDBOOK_INPUTS, 'is_fraud'].join(','), ...lines].join('\n');
}

function epochDay(date: string): number {
  return Date.parse(date) / 86_400_000;
}
