/**
 * A client of the credit account service: one customer, many, errors.
 *
 *   API_KEY=… [BASE_URL=http://127.0.0.1:3000] node docs/guides/credit-account.mjs
 */
import { check, guide, hasExactly, send } from './client.mjs';

const customer = {
  customer_id: 4711,
  number_of_open_accounts: 3,
  total_credit_limit: 12000,
  total_balance: 4100.5,
  number_of_accounts_in_arrears: 0,
};
const inArrears = { ...customer, customer_id: 'c-2', total_balance: 11900, number_of_accounts_in_arrears: 3 };

await guide('The credit account service', async () => {
  // New: the old service had no probe that says whether it can score.
  const ready = await send('GET', '/health/ready', undefined, { key: null });
  check('credit-account has a version that scores', ready.body.models['credit-account'] > 0);

  const one = await send('POST', '/fraud_detection', [customer]);
  check('a list of one customer gets a list of one', one.status === 200 && one.body.length === 1);
  checkCustomer(one.body[0], customer);

  const many = await send('POST', '/fraud_detection', [inArrears, customer, { ...customer, customer_id: 4 }]);
  check('a list gets a list of the same length', many.status === 200 && many.body.length === 3);
  [inArrears, customer, { customer_id: 4 }].forEach((sent, at) => checkCustomer(many.body[at], sent));
  const [, second, third] = many.body;
  check('the id changes no probability', second.fraud_probability === third.fraud_probability);
  check('alone or in a list: the same', second.fraud_probability === one.body[0].fraud_probability);

  const incomplete = { ...customer, total_balance: undefined };
  const missing = await send('POST', '/fraud_detection', [customer, incomplete]);
  check('a missing field gets 422', missing.status === 422);
  check('the error names the customer and the field', missing.body.errors[0].path === '1.total_balance');

  const single = await send('POST', '/fraud_detection', customer);
  check('a customer outside a list gets 422', single.status === 422);

  const keyless = await send('POST', '/fraud_detection', [customer], { key: null });
  check('without a key: 403', keyless.status === 403);
});

function checkCustomer(answer, sent) {
  check(
    'an answer has exactly customer_id and fraud_probability',
    hasExactly(answer, ['customer_id', 'fraud_probability']),
  );
  check(`the customer is ${sent.customer_id}, as it was sent`, answer.customer_id === sent.customer_id);
  check('the probability is from 0 to 1', answer.fraud_probability >= 0 && answer.fraud_probability <= 1);
}
