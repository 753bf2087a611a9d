import { expect, test } from '@jest/globals';
import { withoutKnownCustomers } from './known-customers.js';

const transaction = (
  customer: number,
  day: number,
  isFraud = 0,
): { customer: number; day: number; isFraud: number } => ({
  customer,
  day,
  isFraud,
});

test('leaves out who is known to have been defrauded, from the eighth day on', () => {
  const fraud = transaction(1, 5, 1);
  const days = [12, 13, 14].map((day) => transaction(1, day));
  expect(withoutKnownCustomers([fraud, ...days], 12)).toEqual([days[0]]);
});

test('goes by the first fraud, in whatever order', () => {
  const rows = [transaction(1, 14), transaction(1, 9, 1), transaction(1, 6, 1), transaction(1, 15, 1)];
  expect(withoutKnownCustomers(rows, 14)).toEqual([]);
});

test('keeps the frauds that are not known yet, other customers, and nothing before the test', () => {
  const rows = [
    transaction(1, 6, 1),
    transaction(1, 13, 1),
    transaction(2, 14, 1),
    transaction(2, 15),
    transaction(3, 14),
  ];
  expect(withoutKnownCustomers(rows, 14)).toEqual([transaction(2, 14, 1), transaction(2, 15), transaction(3, 14)]);
  expect(withoutKnownCustomers(rows, 13)).toContainEqual(transaction(1, 13, 1));
});
