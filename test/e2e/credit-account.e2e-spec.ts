import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exampleTransaction } from '@app/simulator';
import { startApp, type TestApp } from '../support/app.js';
import { itAsksForAKey, itStandsALoad, itWaitsForAChampion, send } from '../support/contract.js';
import { trainSimulated } from '../support/training.js';

const example = { ...exampleTransaction('credit-account'), customer_id: 4711 };
const call = { path: '/fraud_detection', body: [example, { ...example, customer_id: 'c-2' }] };
const each = (value: number): object => ({
  ...Object.fromEntries(Object.keys(example).map((name) => [name, value])),
  customer_id: 1,
});

/** The contract of the credit account service. */
describe('the credit account service', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.stop());
  const detect = (body: unknown): ReturnType<typeof send> => send(app, { ...call, body }, app.key);

  itAsksForAKey(() => app, [call]);
  itWaitsForAChampion(() => app, [call]);

  describe('with a champion', () => {
    beforeAll(async () => {
      await trainSimulated(app, 'credit-account', { rows: 3_000 }, { params: { rounds: 20 } });
    });

    itStandsALoad(() => app, call);

    it('answers customers in their order, as the native route scores them', async () => {
      const customers = [5, 1, 9, 3].map((id) => ({
        ...example,
        customer_id: id,
        total_balance: id * 1_000,
        number_of_accounts_in_arrears: id,
      }));
      const { status, body, type } = await detect(customers);
      expect({ status, type }).toEqual({ status: 200, type: 'application/json' });
      const native = [];
      for (const customer of customers) {
        const scored = await app.request().post('/v1/models/credit-account/score').send(customer).expect(200);
        native.push({ customer_id: customer.customer_id, fraud_probability: scored.body.probability });
      }
      expect(body).toEqual(native);
    });

    it('gives ids back as they came, also the same one twice', async () => {
      const ids = [7, 'seven', 7, '007', 1.5];
      const { body } = await detect(ids.map((customer_id) => ({ ...example, customer_id })));
      expect(body.map(({ customer_id }: { customer_id: unknown }) => customer_id)).toEqual(ids);
      for (const answer of body) expect(Object.keys(answer)).toEqual(['customer_id', 'fraud_probability']);
    });

    it('stores every decision, with the customer', async () => {
      await detect([{ ...example, customer_id: 'stored' }]);
      const { rows } = await app.db.query("SELECT inputs FROM decisions WHERE inputs->>'customer_id' = 'stored'");
      expect(rows).toEqual([{ inputs: { ...example, customer_id: 'stored' } }]);
    });

    it.each([
      ['zeros', each(0)],
      ['extremes', each(1e8)],
      ['negative amounts', { ...each(-50), number_of_open_accounts: 2 }],
    ])('scores %s', async (_, customer) => {
      const { body } = await detect([customer]);
      expect(body[0].fraud_probability).toBeGreaterThanOrEqual(0);
      expect(body[0].fraud_probability).toBeLessThanOrEqual(1);
    });

    it('answers an empty list with one', async () => {
      expect((await detect([])).body).toEqual([]);
    });

    const text = JSON.stringify([example]);
    it.each([
      ['a missing field', [example, { ...example, total_balance: undefined }], '1.total_balance'],
      ['a missing customer', [example, { ...example, customer_id: undefined }], '1.customer_id'],
      ['a customer that is no text or number', [{ ...example, customer_id: null }], '0.customer_id'],
      ['a wrong type', [{ ...example, total_balance: 'much' }], '0.total_balance'],
      ['an unknown field', [{ ...example, income: 1 }], '0.income'],
      ['a single customer', example, ''],
      ['an item that is no object', [7], '0'],
      ['an empty body', '', ''],
      ['NaN', text.replace(/"total_balance":[^,}]+/, '"total_balance": NaN'), '0.total_balance'],
      ['Infinity', text.replace(/"total_balance":[^,}]+/, '"total_balance": Infinity'), '0.total_balance'],
      ['-Infinity', text.replace(/"total_balance":[^,}]+/, '"total_balance": -Infinity'), '0.total_balance'],
      ['more than 10,000', Array.from({ length: 10_001 }, () => example), ''],
    ])('refuses %s', async (_, sent, path) => {
      const { status, body } = await detect(sent);
      expect(status).toBe(422);
      expect(body.errors[0].path).toBe(path);
    });
  });
});
