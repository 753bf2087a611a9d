/**
 * A client of the payments service: status, training on a link, how it stands, how good the model is, predictions, errors.
 *
 *   API_KEY=… DATASET=… [BASE_URL=http://127.0.0.1:3000] node docs/guides/payments.mjs
 *
 * DATASET is a public link to a CSV file with the columns day_of_month, type, amount_log, amount_dest and is_fraud; or a
 * local file, which this script then serves at 127.0.0.1 for as long as it runs. The second is for trying it out on one
 * machine: the service must be started with DATASET_HOSTS_ALLOWED=127.0.0.1.
 *
 * It trains for real, twice: what is better than the model in charge, on the file's own rows, takes over. Data behind a
 * link counts as real data, so do not send made-up rows to an installation that decides about real payments.
 */
import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { check, guide, hasExactly, seconds, send } from './client.mjs';

const { DATASET } = process.env;
const STATES = ['pending', 'processing', 'processed', 'error'];
const MINUTES_TO_WAIT = 30;
const payment = { day_of_month: 12, type: 'TRANSFER', amount_log: 8.987322, amount_dest: 0 };

await guide('The payments service', async () => {
  const status = await send('GET', '/api/v1/status', undefined, { key: null });
  check('the status needs no key', status.status === 200);
  check('it is pong!', status.body.status === 'success' && status.body.message === 'pong!');

  const file = await offer(DATASET);
  try {
    // Clients of the old service know either path.
    for (const path of ['/api/v1/training', '/api/v1/model/training']) await train(path, file.link);
  } finally {
    file.close();
  }

  const healthy = await send('GET', '/api/v1/model/healthy');
  check('the model is there', healthy.status === 200);
  check('it is payments, and enabled', healthy.body.modelname === 'payments' && healthy.body.enabled === true);
  const figures = ['accuracy', 'recall', 'f1', 'precision', 'auc'];
  check(
    `${figures.join(', ')} are from 0 to 1`,
    figures.every((name) => healthy.body[name] >= 0 && healthy.body[name] <= 1),
  );

  for (const type of ['TRANSFER', 'CASH_OUT']) {
    const predicted = await send('POST', '/api/v1/model/predict', { ...payment, type });
    check('a payment gets 200', predicted.status === 200);
    check('the answer is predictions alone', hasExactly(predicted.body, ['predictions']));
    check('it is one number, 0 or 1', ['[0]', '[1]'].includes(JSON.stringify(predicted.body.predictions)));
  }

  const incomplete = { ...payment, type: undefined };
  const missing = await send('POST', '/api/v1/model/predict', incomplete);
  check('a missing field gets 422', missing.status === 422);
  check('the error names it', missing.body.errors[0].path === 'type');

  const noLink = await send('POST', '/api/v1/training', { dataset: 'payments.csv' });
  check('a data set that is no link gets 422', noLink.status === 422 && noLink.body.errors[0].path === 'dataset');

  const keyless = await send('POST', '/api/v1/model/predict', payment, { key: null });
  check('without a key: 403', keyless.status === 403);
});

async function train(path, dataset) {
  const accepted = await send('POST', path, { dataset });
  check('a training gets 201', accepted.status === 201);
  check(
    'the answer is an id alone, an integer',
    hasExactly(accepted.body, ['id']) && Number.isInteger(accepted.body.id),
  );
  const end = Date.now() + MINUTES_TO_WAIT * 60_000;
  for (;;) {
    const { status, body } = await send('GET', `${path}/${accepted.body.id}`);
    check(
      'its status is one of the four',
      status === 200 && hasExactly(body, ['status']) && STATES.includes(body.status),
    );
    if (body.status === 'processed') return;
    if (body.status === 'error') {
      const { body: training } = await send('GET', `/v1/training/${accepted.body.id}`);
      throw new Error(`The training failed: ${training.error.message}`);
    }
    if (Date.now() > end) throw new Error(`The training did not end in ${MINUTES_TO_WAIT} minutes: does a worker run?`);
    await seconds(1);
  }
}

/** A link to the data set: its own, or one to a server that offers the local file. */
async function offer(dataset) {
  if (!dataset) throw new Error('Set DATASET to a link to a CSV file, or to a local one.');
  if (/^https?:/.test(dataset)) return { link: dataset, close: () => {} };
  await access(dataset);
  const server = createServer((_, response) => createReadStream(dataset).pipe(response)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { link: `http://127.0.0.1:${server.address().port}/payments.csv`, close: () => server.close() };
}
