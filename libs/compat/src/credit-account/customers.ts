import { Problem } from '@app/common';
import { isTransaction, MAX_ERRORS } from '@app/features';
import { listOf } from '../list-of.js';
import { asFloat } from '../json-floats.js';

/** A customer as the model takes it, and the id by which the answer names it. */
export interface Customer {
  readonly id: string | number;
  readonly transaction: unknown;
}

/** In this contract every customer has an id; the model would do without. @throws Problem 422 */
export function customersOf(body: unknown): Customer[] {
  const customers: Customer[] = [];
  const errors = listOf(body).flatMap((transaction, index) => {
    if (!isTransaction(transaction)) return [{ path: String(index), message: 'must be an object: one customer' }];
    const { customer_id: id } = transaction;
    if (typeof id === 'string' || typeof id === 'number') {
      customers.push({ id, transaction });
      return [];
    }
    const message = id === undefined ? 'is required' : 'must be a text or a number';
    return [{ path: `${index}.customer_id`, message }];
  });
  if (errors.length > 0) throw Problem.invalid(errors.slice(0, MAX_ERRORS));
  return customers;
}

/** The answer as JSON, with probabilities that every client reads as floats. */
export function fraudProbabilities(customers: readonly Customer[], probabilities: readonly number[]): string {
  const items = customers.map(({ id }, index) => {
    const probability = asFloat(probabilities[index] ?? NaN);
    return `{"customer_id": ${JSON.stringify(id)}, "fraud_probability": ${probability}}`;
  });
  return `[${items.join(', ')}]`;
}
