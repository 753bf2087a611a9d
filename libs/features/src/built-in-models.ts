import { type Feature, type ModelDefinition } from './definition.js';

const byDefault = { review: null, block: null } as const;

function number(name: string, description: string): Feature {
  return { name, type: 'number', nullable: false, description };
}

const creditCard: ModelDefinition = {
  name: 'credit-card',
  description:
    'Card payments described by 28 anonymised components of what the card issuer knows, the amount and the time.',
  features: [
    number('Time', 'Seconds from the first transaction of the data set to this one.'),
    ...Array.from({ length: 28 }, (_, index) =>
      number(
        `V${index + 1}`,
        `Anonymised component ${index + 1} of 28 (a principal component; unitless, centred on 0 for usual payments).`,
      ),
    ),
    number('Amount', 'Amount of the payment, in the currency of the data set the version was trained on.'),
  ],
  label: 'Class',
  timeColumn: 'Time',
  carried: [],
  metric: 'average_precision',
  policy: byDefault,
};

const payments: ModelDefinition = {
  name: 'payments',
  description: 'Transfers and payments of a mobile-money service.',
  features: [
    number('day_of_month', 'Day of the month of the transaction, 1 to 31.'),
    {
      name: 'type',
      type: 'category',
      nullable: false,
      description: 'Kind of transaction, for example CASH_IN, CASH_OUT, DEBIT, PAYMENT or TRANSFER.',
    },
    number('amount_log', 'Natural logarithm of the amount plus one: ln(amount + 1).'),
    number(
      'amount_dest',
      'Natural logarithm of the change of the receiver’s balance plus one: ln(|balance after − balance before| + 1).',
    ),
  ],
  label: 'is_fraud',
  timeColumn: null,
  carried: [],
  metric: 'f1',
  policy: byDefault,
};

const creditAccount: ModelDefinition = {
  name: 'credit-account',
  description: 'Customers of a credit book, each with the sums over the accounts they hold.',
  features: [
    number('number_of_open_accounts', 'Credit accounts the customer holds open.'),
    number('total_credit_limit', 'Sum of the credit limits of these accounts.'),
    number('total_balance', 'Sum of what the customer owes on these accounts.'),
    number('number_of_accounts_in_arrears', 'How many of these accounts are behind with their payments.'),
  ],
  label: 'is_fraud',
  timeColumn: null,
  carried: ['customer_id'],
  metric: 'average_precision',
  policy: byDefault,
};

/** The models every installation knows without being told. Decision policies: the service's defaults. */
export const BUILT_IN_MODELS: readonly ModelDefinition[] = [creditCard, payments, creditAccount];
