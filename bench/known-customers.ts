/** A transaction as far as the rule needs it. */
export interface CustomerDay {
  readonly customer: number;
  /** Days from any origin. */
  readonly day: number;
  readonly isFraud: number;
}

/** Labels become known a week after the day of their transactions. */
const DELAY_DAYS = 7;

/**
 * The transactions to judge a model by: those from day `testFrom` on, without the customers that are known by then to
 * have been defrauded, in the training week or on a day at least 8 days before. Finding them again is no merit.
 * @param transactions from the first day of the training week on, in any order
 */
export function withoutKnownCustomers<T extends CustomerDay>(transactions: readonly T[], testFrom: number): T[] {
  const firstFrauds = new Map<number, number>();
  for (const { customer, day, isFraud } of transactions) {
    if (isFraud === 1) firstFrauds.set(customer, Math.min(day, firstFrauds.get(customer) ?? day));
  }
  return transactions.filter(
    ({ customer, day }) => day >= testFrom && day - (firstFrauds.get(customer) ?? day) <= DELAY_DAYS,
  );
}
