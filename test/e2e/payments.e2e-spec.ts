import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exampleTransaction } from '@app/simulator';
import { startApp, type TestApp } from '../support/app.js';
import { itAsksForAKey, itStandsALoad, itWaitsForAChampion, send } from '../support/contract.js';
import { simulatedCsv, trainSimulated, untilServing } from '../support/training.js';
import { waitFor } from '../support/wait-for.js';

const example = exampleTransaction('payments');
const predict = { path: '/api/v1/model/predict', body: example };
const healthy = { method: 'get', path: '/api/v1/model/healthy' } as const;
const link = { dataset: 'https://data.example.org/payments.csv' };

/** The contract of the payments service. */
describe('the payments service', () => {
  let app: TestApp;
  let files: Server;
  let fileUrl: string;
  beforeAll(async () => {
    const csv = simulatedCsv('payments', { rows: 3_000 });
    files = createServer((_, response) => response.end(csv)).listen(0, '127.0.0.1');
    await new Promise((resolve) => files.once('listening', resolve));
    fileUrl = `http://127.0.0.1:${(files.address() as AddressInfo).port}/payments.csv`;
    app = await startApp({ env: { DATASET_HOSTS_ALLOWED: '127.0.0.1' } });
  });
  afterAll(async () => {
    files.close();
    await app.stop();
  });
  const get = (path: string): ReturnType<typeof send> => send(app, { method: 'get', path }, app.key);

  itAsksForAKey(
    () => app,
    [
      predict,
      healthy,
      { path: '/api/v1/training', body: link },
      { path: '/api/v1/model/training', body: link },
      { method: 'get', path: '/api/v1/training/1' },
      { method: 'get', path: '/api/v1/model/training/1' },
    ],
  );
  itWaitsForAChampion(() => app, [predict, healthy]);

  it('answers its status without a key', async () => {
    const { status, body } = await send(app, { method: 'get', path: '/api/v1/status' });
    expect({ status, body }).toEqual({ status: 200, body: { status: 'success', message: 'pong!' } });
  });

  it('leads from /doc to the docs page', async () => {
    const { status, headers } = await send(app, { method: 'get', path: '/doc' });
    expect(status).toBe(302);
    expect(headers['location']).toBe('/docs');
  });

  it.each(['/api/v1/training', '/api/v1/model/training'])('trains on a link: %s', async (path) => {
    const accepted = await send(app, { path, body: { dataset: fileUrl } }, app.key);
    expect(accepted.status).toBe(201);
    expect(accepted.body).toEqual({ id: expect.any(Number) });
    expect(Number.isInteger(accepted.body.id)).toBe(true);
    const seen = new Set<string>();
    await waitFor(
      async () => {
        const { body } = await get(`${path}/${accepted.body.id}`);
        expect(Object.keys(body)).toEqual(['status']);
        seen.add(body.status);
        return body.status === 'processed';
      },
      { timeout: 60_000, what: 'the training to be processed' },
    );
    expect(['pending', 'processing', 'processed']).toEqual(expect.arrayContaining([...seen]));
    await untilServing(app, 'payments', 1);
  });

  it('tells when a training went wrong', async () => {
    const body = { dataset: 'http://127.0.0.1:9/nothing.csv' };
    const { id } = (await send(app, { path: '/api/v1/training', body }, app.key)).body;
    await waitFor(async () => (await get(`/api/v1/training/${id}`)).body.status === 'error', {
      what: 'the training to fail',
    });
  });

  it.each([
    ['no dataset', {}, 'dataset'],
    ['no link', { dataset: 'payments.csv' }, 'dataset'],
    ['a number', { dataset: 7 }, 'dataset'],
    ['an empty body', '', ''],
  ])('refuses to train on %s', async (_, sent, path) => {
    const { status, body } = await send(app, { path: '/api/v1/training', body: sent }, app.key);
    expect(status).toBe(422);
    expect(body.errors[0].path).toBe(path);
  });

  it('knows its own trainings only', async () => {
    await trainSimulated(app, 'credit-account', { rows: 1_000 }, { params: { rounds: 2 } });
    const { rows } = await app.db.query('SELECT max(id) AS id FROM training_jobs');
    expect((await get(`/v1/training/${rows[0].id}`)).status).toBe(200);
    expect((await get(`/api/v1/training/${rows[0].id}`)).status).toBe(404);
    expect((await get('/api/v1/model/training/4711')).status).toBe(404);
    expect((await get('/api/v1/training/abc')).status).toBe(422);
  });

  describe('with a champion', () => {
    itStandsALoad(() => app, predict);

    it('answers with one prediction, and stores the decision', async () => {
      const count = async (): Promise<number> =>
        (await app.db.query('SELECT count(*)::int AS n FROM decisions')).rows[0].n;
      const before = await count();
      const { status, body } = await send(app, predict, app.key);
      expect({ status, body }).toEqual({ status: 200, body: { predictions: [0] } });
      expect(await count()).toBe(before + 1);
    });

    it('agrees with the native route', async () => {
      const seen = new Set<number>();
      for (const amount of [1, 6, 9, 12, 14, 16]) {
        for (const type of ['TRANSFER', 'CASH_OUT', 'PAYMENT']) {
          const transaction = { day_of_month: 3, type, amount_log: amount, amount_dest: 0 };
          const native = await app.request().post('/v1/models/payments/score').send(transaction).expect(200);
          const { body } = await send(app, { ...predict, body: transaction }, app.key);
          expect(body).toEqual({ predictions: [native.body.is_fraud ? 1 : 0] });
          seen.add(body.predictions[0]);
        }
      }
      expect([...seen].sort()).toEqual([0, 1]);
    });

    it.each([
      ['zeros', { day_of_month: 0, type: 'CASH_OUT', amount_log: 0, amount_dest: 0 }],
      ['extremes', { day_of_month: 31, type: 'TRANSFER', amount_log: 1e8, amount_dest: -1e8 }],
      ['negative amounts', { ...example, amount_log: -4, amount_dest: -1 }],
      ['a type it has never seen', { ...example, type: 'BARTER' }],
    ])('predicts %s', async (_, body) => {
      const answer = await send(app, { ...predict, body }, app.key);
      expect(answer.status).toBe(200);
      expect([[0], [1]]).toContainEqual(answer.body.predictions);
    });

    it.each([
      ['a missing field', { ...example, type: undefined }, 'type'],
      ['a text for a number', { ...example, amount_log: 'much' }, 'amount_log'],
      ['a number for a text', { ...example, type: 4 }, 'type'],
      ['half a day', { ...example, day_of_month: 1.5 }, 'day_of_month'],
      ['an unknown field', { ...example, step: 1 }, 'step'],
      ['a list', [example], ''],
      ['an empty body', '', ''],
      ['NaN', JSON.stringify(example).replace(/"amount_log":[^,}]+/, '"amount_log": NaN'), 'amount_log'],
      ['Infinity', JSON.stringify(example).replace(/"amount_log":[^,}]+/, '"amount_log": Infinity'), 'amount_log'],
      ['-Infinity', JSON.stringify(example).replace(/"amount_log":[^,}]+/, '"amount_log": -Infinity'), 'amount_log'],
    ])('refuses %s', async (_, sent, path) => {
      const { status, body } = await send(app, { ...predict, body: sent }, app.key);
      expect(status).toBe(422);
      expect(body.errors[0].path).toBe(path);
    });

    it('tells how its champion did', async () => {
      const { status, body } = await send(app, healthy, app.key);
      expect(status).toBe(200);
      const { metrics } = (await app.request().get('/v1/models/payments/versions/1').expect(200)).body;
      expect(body).toEqual({
        modelname: 'payments',
        accuracy: metrics.accuracy,
        precision: metrics.precision,
        recall: metrics.recall,
        f1: metrics.f1,
        auc: metrics.roc_auc,
        enabled: true,
      });
      expect(body.f1).toBeGreaterThan(0);
    });

    it('changes its champion only for a higher F1', async () => {
      await trainSimulated(app, 'payments', { rows: 3_000, seed: 2 }, { params: { rounds: 1, max_depth: 1 } });
      const { body } = await app.request().get('/v1/models/payments/promotions').expect(200);
      expect(body[0]).toMatchObject({ metric: 'f1' });
      expect(body[0].promoted).toBe(body[0].challenger_value > body[0].champion_value);
    });
  });
});
