import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { query } from './duckdb.js';
import { HANDBOOK_INPUTS, handbookSql } from './handbook-inputs.js';

let directory: string;
let file: string;

/** The eighth is the one whose windows are tried: each begins or ends at another. */
const TRANSACTIONS = [
  // Exactly 37 days before: the terminal's windows begin after this.
  '1,2018-07-02 12:00:00,1,7,1000,1',
  '2,2018-07-02 12:00:01,1,7,10,0',
  // Exactly 30 days before: the customer's windows begin after this.
  '3,2018-07-09 12:00:00,1,9,5000,0',
  // Exactly 7 days before: the terminal's windows end with this.
  '4,2018-08-01 12:00:00,2,7,20,1',
  '5,2018-08-01 12:00:01,2,7,30,1',
  // Exactly a day before.
  '6,2018-08-07 12:00:00,1,7,40,0',
  '7,2018-08-08 06:59:59,1,7,50,0',
  '8,2018-08-08 12:00:00,1,7,60,0',
  '9,2018-08-11 07:00:00,3,8,70,0',
];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'fraud-scoring-spec-'));
  file = join(directory, 'transactions.csv');
  const header = 'TRANSACTION_ID,TX_DATETIME,CUSTOMER_ID,TERMINAL_ID,TX_AMOUNT,TX_FRAUD';
  await writeFile(file, [header, ...TRANSACTIONS].join('\n'));
});

afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

test('counts, means and shares over windows that end now, or a week ago', async () => {
  const rows = await query(handbookSql(file, '2018-08-08', '2018-08-08'));
  expect(rows.map(({ amount }) => amount)).toEqual([50, 60]);
  expect(Object.keys(rows[1] ?? {})).toEqual(['seconds', 'day', 'customer', ...HANDBOOK_INPUTS, 'is_fraud']);
  expect(rows[1]).toEqual({
    seconds: Date.UTC(2018, 7, 8, 12) / 1_000,
    day: Date.UTC(2018, 7, 8) / 86_400_000,
    customer: 1,
    amount: 60,
    weekend: 0,
    night: 0,
    customer_count_1d: 2,
    customer_mean_amount_1d: 55,
    customer_count_7d: 3,
    customer_mean_amount_7d: 50,
    customer_count_30d: 3,
    customer_mean_amount_30d: 50,
    terminal_count_1d: 1,
    terminal_fraud_share_1d: 1,
    terminal_count_7d: 1,
    terminal_fraud_share_7d: 1,
    terminal_count_30d: 2,
    terminal_fraud_share_30d: 0.5,
    is_fraud: 0,
  });
});

test('knows nights and weekends, and terminals without transactions', async () => {
  const rows = await query(handbookSql(file, '2018-08-08', '2018-08-14'));
  const told = rows.map(({ weekend, night, terminal_count_30d: count, terminal_fraud_share_30d: share }) => [
    weekend,
    night,
    count,
    share,
  ]);
  expect(told).toEqual([
    [0, 1, 2, 0.5],
    [0, 0, 2, 0.5],
    [1, 0, 0, 0],
  ]);
});
