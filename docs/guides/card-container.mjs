/**
 * A client of the card fraud container, which SageMaker and MLflow call as well: health, transactions by id, other forms,
 * errors.
 *
 *   API_KEY=… [BASE_URL=http://127.0.0.1:3000] node docs/guides/card-container.mjs
 */
import { cardTransaction, otherTransaction } from './card-transaction.mjs';
import { check, guide, hasExactly, send } from './client.mjs';

const row = Object.values(cardTransaction);
const attributes = Object.fromEntries(row.map((value, at) => [`Atr${at + 1}`, value]));

await guide('The card fraud container', async () => {
  for (const path of ['/ping', '/health-check/liveness']) {
    const { status, body } = await send('GET', path, undefined, { key: null });
    check(`${path} needs no key`, status === 200);
    check('it is ok', body.data.status === 'ok');
  }

  const one = await send('POST', '/invocations', { 'order-4711': cardTransaction });
  check('a transaction by id gets 200', one.status === 200);
  check(
    'the answer is below credit-card-fraud, by the same id',
    hasExactly(one.body['credit-card-fraud'], ['order-4711']),
  );
  check('the verdict is 0.0 or 1.0, a float to Python', /"order-4711": ?[01]\.0\b/.test(one.text));

  const many = await send('POST', '/invocations', { a: cardTransaction, b: otherTransaction, c: attributes });
  const verdicts = many.body['credit-card-fraud'];
  check('many get a verdict each', hasExactly(verdicts, ['a', 'b', 'c']));
  check('Atr1 … Atr30 are the same features by position', verdicts.c === verdicts.a);

  const rows = await send('POST', '/invocations', { instances: [row, Object.values(otherTransaction)] });
  check(
    'instances get predictions',
    rows.text === `{"predictions": [${[verdicts.a, verdicts.b].map(float).join(', ')}]}`,
  );

  const csv = await send('POST', '/invocations', `${row.join(',')}\n`, { type: 'text/csv' });
  check('CSV gets CSV', csv.status === 200 && csv.text === `${float(verdicts.a)}\n`);

  const missing = await send('POST', '/invocations', { a: cardTransaction, b: { ...attributes, Atr8: undefined } });
  check('a missing field gets 422', missing.status === 422);
  check('the error names the id and the field as they were sent', missing.body.errors[0].path === 'b.Atr8');

  const xml = await send('POST', '/invocations', '<xml/>', { type: 'application/xml' });
  check('an unknown media type gets 415', xml.status === 415);

  const keyless = await send('POST', '/invocations', { a: cardTransaction }, { key: null });
  check('without a key: 403', keyless.status === 403);
});

function float(verdict) {
  return verdict.toFixed(1);
}
