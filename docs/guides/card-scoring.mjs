/**
 * A client of the card scoring service: health, what scores, one transaction, many, errors.
 *
 *   API_KEY=… [BASE_URL=http://127.0.0.1:3000] node docs/guides/card-scoring.mjs
 */
import { isDeepStrictEqual as isEqual } from 'node:util';
import { cardTransaction, otherTransaction } from './card-transaction.mjs';
import { check, guide, hasExactly, send } from './client.mjs';

const ANSWER = ['fraud-score', 'is-fraud', 'model-version'];

await guide('The card scoring service', async () => {
  const health = await send('GET', '/health', undefined, { key: null });
  check('health needs no key', health.status === 200);
  check('it is healthy, with a model', health.body.status === 'healthy' && health.body.model_loaded === true);

  const info = await send('GET', '/v1/model-info');
  check('model-info is there', info.status === 200);
  check('it tells the training date', !Number.isNaN(Date.parse(info.body.training_date)));
  check('it tells the importance of features', Object.keys(info.body.feature_importance).length > 0);
  check('it tells the versions of libraries', typeof info.body.library_versions.xgboost === 'string');

  const one = await send('POST', '/v1/fraud-score', cardTransaction);
  check('a transaction gets 200', one.status === 200);
  check(`the answer has exactly ${ANSWER.join(', ')}`, hasExactly(one.body, ANSWER));
  checkScore(one.body);
  check('the version is the one that model-info tells', one.body['model-version'] === info.body.version);

  // New: asks whether the model has ever seen the like.
  const strange = await send('POST', '/v1/fraud-score?ood=true', { ...cardTransaction, Amount: 1e8 });
  check('with ?ood=true, and only then, there is ood_warning', strange.body.ood_warning === true);

  const other = await send('POST', '/v1/fraud-score', otherTransaction);
  const many = await send('POST', '/v1/fraud-score/batch', [cardTransaction, otherTransaction]);
  check('a list gets a list of the same length', many.status === 200 && many.body.length === 2);
  many.body.forEach(checkScore);
  check('in its order, each as it is scored alone', isEqual(many.body, [one.body, other.body]));

  const incomplete = { ...cardTransaction, V7: undefined };
  const missing = await send('POST', '/v1/fraud-score', incomplete);
  check('a missing field gets 422', missing.status === 422);
  check('the error names it', missing.body.errors[0].path === 'V7');

  // Python writes a bare NaN.
  const notANumber = await send('POST', '/v1/fraud-score', JSON.stringify(cardTransaction).replace('0.76', 'NaN'));
  check('NaN gets 422', notANumber.status === 422 && notANumber.body.errors[0].path === 'V1');

  const list = await send('POST', '/v1/fraud-score/batch', [cardTransaction, incomplete]);
  check(
    'one that does not fit refuses the list, by its index',
    list.status === 422 && list.body.errors[0].path === '1.V7',
  );

  const keyless = await send('POST', '/v1/fraud-score', cardTransaction, { key: null });
  check('without a key: 403', keyless.status === 403);
});

function checkScore(body) {
  const { 'fraud-score': score, 'is-fraud': isFraud, 'model-version': version } = body;
  check('the score is a whole number from 0 to 100', Number.isInteger(score) && score >= 0 && score <= 100);
  check(
    'the verdict is true or false, the version a text',
    typeof isFraud === 'boolean' && typeof version === 'string',
  );
}
