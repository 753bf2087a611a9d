import { sqlText } from './duckdb.js';

/** The label of a transaction becomes known a week after it. */
const DELAY_DAYS = 7;
const WINDOW_DAYS = [1, 7, 30] as const;
const DAY = 86_400;

/** The fifteen inputs of the baseline of the Fraud Detection Handbook (https://fraud-detection-handbook.github.io, chapter 3). */
export const HANDBOOK_INPUTS: readonly string[] = [
  'amount',
  'weekend',
  'night',
  ...WINDOW_DAYS.flatMap((days) => [`customer_count_${days}d`, `customer_mean_amount_${days}d`]),
  ...WINDOW_DAYS.flatMap((days) => [`terminal_count_${days}d`, `terminal_fraud_share_${days}d`]),
];

/**
 * SQL for DuckDB that computes the inputs from raw transactions: for each from day `from` (`2018-07-25`) to day `to`, in
 * order of time, `seconds` (since 1970), `day` (since 1970), `customer`, the inputs, and `is_fraud` last. Windows look
 * back as far as the file goes: 37 days suffice.
 * @param file a CSV with TRANSACTION_ID, TX_DATETIME, CUSTOMER_ID, TERMINAL_ID, TX_AMOUNT and TX_FRAUD; also gzipped
 */
export function handbookSql(file: string, from: string, to: string): string {
  return `
    WITH transactions AS (
      SELECT
        TRANSACTION_ID AS id,
        CAST(epoch(TX_DATETIME) AS BIGINT) AS seconds,
        isodow(TX_DATETIME) AS weekday,
        hour(TX_DATETIME) AS hour,
        CUSTOMER_ID AS customer,
        TERMINAL_ID AS terminal,
        TX_AMOUNT AS amount,
        TX_FRAUD AS is_fraud
      FROM read_csv(${sqlText(file)})
    ),
    inputs AS (
      SELECT
        id,
        seconds,
        seconds // ${DAY} AS day,
        customer,
        amount,
        -- Saturday is 6, Sunday 7.
        CAST(weekday >= 6 AS INTEGER) AS weekend,
        CAST(hour <= 6 AS INTEGER) AS night,
        ${WINDOW_DAYS.flatMap(inputsOver).join(',\n        ')},
        is_fraud
      FROM transactions
      WINDOW ${WINDOW_DAYS.flatMap(windowsOf).join(', ')}
    )
    SELECT seconds, day, customer, ${HANDBOOK_INPUTS.join(', ')}, is_fraud
    FROM inputs
    WHERE seconds >= epoch(DATE ${sqlText(from)}) AND seconds < epoch(DATE ${sqlText(to)}) + ${DAY}
    ORDER BY seconds, id`;
}

function inputsOver(days: number): string[] {
  return [
    `count(*) OVER customer_${days}d AS customer_count_${days}d`,
    `avg(amount) OVER customer_${days}d AS customer_mean_amount_${days}d`,
    `count(*) OVER terminal_${days}d AS terminal_count_${days}d`,
    // Where the terminal had no transactions, no share.
    `coalesce(avg(is_fraud) OVER terminal_${days}d, 0) AS terminal_fraud_share_${days}d`,
  ];
}

/** What happened exactly so many days ago is outside; the transaction itself is inside the customer's windows. */
function windowsOf(days: number): string[] {
  const [delay, length] = [DELAY_DAYS * DAY, days * DAY];
  return [
    `customer_${days}d AS (PARTITION BY customer ORDER BY seconds
        RANGE BETWEEN ${length - 1} PRECEDING AND CURRENT ROW)`,
    // Only what is a week old: the labels of later ones are not known yet.
    `terminal_${days}d AS (PARTITION BY terminal ORDER BY seconds
        RANGE BETWEEN ${delay + length - 1} PRECEDING AND ${delay} PRECEDING)`,
  ];
}
