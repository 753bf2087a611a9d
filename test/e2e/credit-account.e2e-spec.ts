import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exampleTransaction } from '@app/simulator';
import { startApp, type TestApp } from '../support/app.js';
import { bare, itAsksForAKey, itRefuses, itStandsALoad, itWaitsForAChampion, send } from '../support/contract.js';
import { countDecisions } from '../support/decisions.js';
import { requestTraining, trainSimulated, untilServing, untilTrained, uploadText } from '../support/training.js';

type Customer = Record<string, unknown>;

const example: Customer = { ...exampleTransaction('credit-account'), customer_id: 4711 };
const names = Object.keys(example);
const each = (value: number): Customer => ({
  ...Object.fromEntries(names.map((name) => [name, value])),
  customer_id: 1,
});
/** From a usual customer at 0 to one deep in arrears at 20. */
const sinking = (at: number): Customer => ({
  customer_id: at,
  number_of_open_accounts: 3 + at,
  total_credit_limit: 12_000,
  total_balance: 1_000 * at,
  number_of_accounts_in_arrears: Math.floor(at / 2),
});
const call = { path: '/fraud_detection', body: [example, { ...sinking(20), customer_id: 'c-2' }] };

/** The contract of the credit account service. */
describe('the credit account service', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.stop());
  const detect = (body: unknown): ReturnType<typeof send> => send(app, { ...call, body }, app.key);
  const probabilityOf = async (customer: Customer): Promise<number> =>
    (await app.request().post('/v1/models/credit-account/score').send(customer).expect(200)).body.probability;
  /** The answer to the letter, from the figures of the native route. */
  const expected = async (customers: readonly Customer[]): Promise<string> => {
    const items: string[] = [];
    for (const customer of customers) {
      const id = JSON.stringify(customer['customer_id']);
      const text = String(await probabilityOf(customer));
      items.push(`{"customer_id": ${id}, "fraud_probability": ${text.includes('.') ? text : `${text}.0`}}`);
    }
    return `[${items.join(', ')}]`;
  };

  itAsksForAKey(() => app, [call]);
  itWaitsForAChampion(() => app, [call]);

  describe('with a champion', () => {
    beforeAll(async () => {
      await trainSimulated(app, 'credit-account', { rows: 3_000 }, { params: { rounds: 20 } });
    });

    itStandsALoad(
      () => app,
      call,
      (at) => ({ ...call, body: [sinking(at), sinking(20 - at)] }),
    );

    it('answers customers in their order, to the letter', async () => {
      const customers = [11, 2, 19, 7, 4, 15].map(sinking);
      const { status, type, text } = await detect(customers);
      expect({ status, type }).toEqual({ status: 200, type: 'application/json' });
      expect(text).toBe(await expected(customers));
      const probabilities = new Set(await Promise.all(customers.map(probabilityOf)));
      expect(probabilities.size).toBeGreaterThan(2);
    });

    it('gives ids back as they came, also the same one twice', async () => {
      const customers = [7, 'seven', 7, '007', 1.5, 'with "quotes"', ''].map((id, at) => ({
        ...sinking(3 * at),
        customer_id: id,
      }));
      expect((await detect(customers)).text).toBe(await expected(customers));
    });

    it.each([
      ['zeros', each(0)],
      ['1e8', each(1e8)],
      ['-1e8', each(-1e8)],
      ['negative amounts', { ...example, total_credit_limit: -50, total_balance: -0.01 }],
    ])('scores %s', async (_, customer) => {
      const { status, text } = await detect([customer]);
      expect(status).toBe(200);
      expect(text).toBe(await expected([customer]));
      expect(text).toMatch(/"fraud_probability": (0\.\d+|[1-9](\.\d+)?e-\d+)\}\]$/);
    });

    it('answers an empty list with one', async () => {
      expect((await detect([])).text).toBe('[]');
    });

    it('stores every decision, with the customer', async () => {
      const before = await countDecisions(app);
      const sent = { ...example, customer_id: 'stored' };
      await detect([sent, example]);
      expect(await countDecisions(app)).toBe(before + 2);
      const { rows } = await app.db.query("SELECT sent AS inputs FROM decisions WHERE sent->>'customer_id' = 'stored'");
      expect(rows).toEqual([{ inputs: sent }]);
    });

    itRefuses(() => app, call, [
      ...names.map((name): [string, unknown, string] => [
        `a customer without ${name}`,
        [example, { ...example, [name]: undefined }],
        `1.${name}`,
      ]),
      ['a customer that is null', [{ ...example, customer_id: null }], '0.customer_id'],
      ['a customer that is true', [{ ...example, customer_id: true }], '0.customer_id'],
      ['a text', [{ ...example, total_balance: 'much' }], '0.total_balance'],
      ['a number in quotes', [{ ...example, total_balance: '1.5' }], '0.total_balance'],
      ['null', [{ ...example, total_balance: null }], '0.total_balance'],
      ['an unknown field', [{ ...example, income: 1 }], '0.income'],
      ['NaN', bare([example], 'total_balance', 'NaN'), '0.total_balance'],
      ['Infinity', bare([example], 'total_balance', 'Infinity'), '0.total_balance'],
      ['-Infinity', bare([example], 'total_balance', '-Infinity'), '0.total_balance'],
      ['a customer that is NaN', bare([example], 'customer_id', 'NaN'), '0.customer_id'],
      ['a single customer', example, ''],
      ['an item that is no object', [example, 7], '1'],
      ['an empty body', '', ''],
      ['an empty object', {}, ''],
      ['null for a body', 'null', ''],
      ['a body that breaks off', JSON.stringify([example]).slice(0, -1), ''],
      ['more than 10,000', Array.from({ length: 10_001 }, () => example), ''],
    ]);

    it('writes a probability of 1 as a float', async () => {
      // A version that is certain: what it learns from leaves no doubt, and nothing holds it back.
      const rows = Array.from({ length: 400 }, (_, at) => `${at},4,1000,${at % 7},${at % 8},${at % 8 > 3 ? 1 : 0}`);
      const dataset = await uploadText(app, `${names.join(',')},is_fraud\n${rows.join('\n')}\n`);
      const unbounded = { learning_rate: 1, reg_lambda: 0, min_child_weight: 0, early_stopping_rounds: 0 };
      const params = { rounds: 60, subsample: 1, colsample_bytree: 1, ...unbounded };
      const request = { dataset, params, calibration: 'none' };
      const { version } = await untilTrained(app, await requestTraining(app, 'credit-account', request));
      // By itself it would not become champion: one feature gives the label away.
      const promotion = { version, reason: 'A probability of 1 is wanted' };
      await app.request().post('/v1/models/credit-account/promote').send(promotion).expect(200);
      await untilServing(app, 'credit-account', version);
      const customer = { ...example, number_of_accounts_in_arrears: 7 };
      expect(await probabilityOf(customer)).toBe(1);
      expect((await detect([customer])).text).toBe('[{"customer_id": 4711, "fraud_probability": 1.0}]');
    });
  });
});
