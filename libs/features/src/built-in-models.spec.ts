import { describe, expect, it } from '@jest/globals';
import { BUILT_IN_MODELS } from './built-in-models.js';

describe('BUILT_IN_MODELS', () => {
  it('has the columns that their users send', () => {
    const columns = BUILT_IN_MODELS.map(({ name, features, label }) => [name, features.map((f) => f.name), label]);
    const components = Array.from({ length: 28 }, (_, index) => `V${index + 1}`);
    expect(columns).toEqual([
      ['credit-card', ['Time', ...components, 'Amount'], 'Class'],
      ['payments', ['day_of_month', 'type', 'amount_log', 'amount_dest'], 'is_fraud'],
      [
        'credit-account',
        ['number_of_open_accounts', 'total_credit_limit', 'total_balance', 'number_of_accounts_in_arrears'],
        'is_fraud',
      ],
    ]);
  });

  it('describes every feature', () => {
    for (const { features } of BUILT_IN_MODELS) {
      for (const { description } of features) expect(description).toMatch(/^[A-Z].{15,}\.$/);
    }
  });
});
