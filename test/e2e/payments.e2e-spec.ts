import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import {
  bare,
  expectRefusal,
  itAsksForAKey,
  itRefuses,
  itStandsALoad,
  itWaitsForAChampion,
  send,
} from '../support/contract.js';
import { countDecisions } from '../support/decisions.js';
import { requestTraining, untilServing } from '../support/training.js';
import { waitFor } from '../support/wait-for.js';

const example = { day_of_month: 12, type: 'TRANSFER', amount_log: 6.5, amount_dest: 6.5 };
const fraud = { day_of_month: 3, type: 'TRANSFER', amount_log: 14, amount_dest: 0 };
const names = Object.keys(example);
const predict = { path: '/api/v1/model/predict', body: example };
const healthy = { method: 'get', path: '/api/v1/model/healthy' } as const;
const PATHS = ['/api/v1/training', '/api/v1/model/training'];

/** Payments in which large transfers are fraud; `wrong` says which rows say the opposite. */
function csv(wrong: (row: number) => boolean): string {
  const rows = Array.from({ length: 1_200 }, (_, at) => {
    const type = ['TRANSFER', 'CASH_OUT', 'PAYMENT'][at % 3] ?? '';
    const amount = 1 + (at % 17);
    const isFraud = (type === 'TRANSFER' && amount > 10) !== wrong(at);
    return `${1 + (at % 28)},${type},${amount},${at % 11},${isFraud ? 1 : 0}`;
  });
  return `${names.join(',')},is_fraud\n${rows.join('\n')}\n`;
}
const FILES: Readonly<Record<string, string>> = {
  '/clear.csv': csv(() => false),
  '/held.csv': csv(() => false),
  // Wrong for all large amounts, which can be learned, and for every fifth row, which cannot.
  '/confused.csv': csv((row) => row % 17 >= 14 || row % 5 === 0),
};

/** The contract of the payments service. */
describe('the payments service', () => {
  let app: TestApp;
  let files: Server;
  /** What the download of `/held.csv` waits for. */
  let gate: Promise<void> = Promise.resolve();
  beforeAll(async () => {
    files = createServer(({ url = '' }, response) => {
      void (url === '/held.csv' ? gate : Promise.resolve()).then(() => response.end(FILES[url]));
    });
    await new Promise<void>((resolve) => files.listen(0, '127.0.0.1', resolve));
    app = await startApp({ env: { DATASET_HOSTS_ALLOWED: '127.0.0.1' } });
  });
  afterAll(async () => {
    files.close();
    await app.stop();
  });
  const link = (file: string): string => `http://127.0.0.1:${(files.address() as AddressInfo).port}${file}`;
  const get = (path: string): ReturnType<typeof send> => send(app, { method: 'get', path }, app.key);
  const champion = async (): Promise<{ version: number } | null> =>
    (await app.request().get('/v1/models/payments').expect(200)).body.champion;
  /** Asks for a training, to the letter. @returns its id */
  const train = async (path: string, dataset: string): Promise<number> => {
    const { status, type, text, body } = await send(app, { path, body: { dataset } }, app.key);
    expect({ status, type }).toEqual({ status: 201, type: 'application/json' });
    expect(text).toMatch(/^\{"id":[1-9]\d*\}$/);
    return body.id;
  };
  const untilStatus = (path: string, status: string): Promise<unknown> =>
    waitFor(async () => (await get(path)).text === `{"status":"${status}"}`, { what: `${path} to be ${status}` });
  const trained = async (path: string, file: string): Promise<void> => {
    await untilStatus(`${path}/${await train(path, link(file))}`, 'processed');
    await untilServing(app, 'payments', (await champion())?.version ?? null);
  };

  itAsksForAKey(
    () => app,
    [
      predict,
      healthy,
      ...PATHS.flatMap((path) => [
        { path, body: { dataset: 'https://data.example.org/payments.csv' } },
        { method: 'get', path: `${path}/1` } as const,
      ]),
    ],
  );
  itWaitsForAChampion(() => app, [predict, healthy]);

  it('answers its status without a key, and without a champion', async () => {
    const { status, type, text } = await send(app, { method: 'get', path: '/api/v1/status' });
    expect({ status, type }).toEqual({ status: 200, type: 'application/json' });
    expect(text).toBe('{"status":"success","message":"pong!"}');
  });

  it('leads from /doc to the docs page', async () => {
    const { status, headers } = await send(app, { method: 'get', path: '/doc' });
    expect({ status, location: headers['location'] }).toEqual({ status: 302, location: '/docs' });
  });

  describe.each(PATHS)('POST %s', (path) => {
    it('takes a training from pending to processed', async () => {
      let release = (): void => undefined;
      gate = new Promise((resolve) => (release = resolve));
      await app.killWorker('SIGTERM');
      const id = await train(path, link('/held.csv'));
      expect((await get(`${path}/${id}`)).text).toBe('{"status":"pending"}');
      await app.restartWorker();
      await untilStatus(`${path}/${id}`, 'processing').finally(release);
      await untilStatus(`${path}/${id}`, 'processed');
      for (const other of PATHS) {
        const { status, type, text } = await get(`${other}/${id}`);
        expect({ status, type }).toEqual({ status: 200, type: 'application/json' });
        expect(text).toBe('{"status":"processed"}');
      }
    });

    it('tells when a training went wrong', async () => {
      await untilStatus(`${path}/${await train(path, 'http://127.0.0.1:9/nothing.csv')}`, 'error');
    });

    it.each([
      ['no dataset', {}, 'dataset'],
      ['no link', { dataset: 'payments.csv' }, 'dataset'],
      ['an empty text', { dataset: '' }, 'dataset'],
      ['a number', { dataset: 7 }, 'dataset'],
      ['null', { dataset: null }, 'dataset'],
      ['NaN', '{"dataset": NaN}', 'dataset'],
      ['Infinity', '{"dataset": Infinity}', 'dataset'],
      ['-Infinity', '{"dataset": -Infinity}', 'dataset'],
      ['an unknown field', { dataset: 'https://data.example.org/payments.csv', algorithm: 'svm' }, 'algorithm'],
      ['an empty body', '', ''],
    ])('refuses %s', async (_, body, field) => {
      const count = async (): Promise<number> =>
        (await app.db.query('SELECT count(*)::int AS n FROM training_jobs')).rows[0].n;
      const before = await count();
      const answer = await send(app, { path, body }, app.key);
      expectRefusal({ path }, answer, { status: 422, code: 'invalid_body', path: field });
      expect(await count()).toBe(before);
    });

    it('knows its own trainings only', async () => {
      const id = await requestTraining(app, 'credit-account', { dataset: link('/clear.csv') });
      expect((await get(`/v1/training/${id}`)).status).toBe(200);
      for (const unknown of [id, 4_711]) {
        expectRefusal({ path }, await get(`${path}/${unknown}`), { status: 404, code: 'not_found' });
      }
      for (const wrong of ['abc', '0', '1.5']) {
        const refused = await get(`${path}/${wrong}`);
        expectRefusal({ path }, refused, { status: 422, code: 'invalid_parameter', path: 'id' });
      }
    });
  });

  describe('with a champion', () => {
    beforeAll(() => trained('/api/v1/training', '/clear.csv'));

    itStandsALoad(
      () => app,
      predict,
      (at) => ({ ...predict, body: at % 3 ? example : fraud }),
    );

    it.each([
      ['a usual payment', example, 0],
      ['a fraud', fraud, 1],
      ['zeros', { day_of_month: 0, type: 'CASH_OUT', amount_log: 0, amount_dest: 0 }, 0],
      ['1e8', { day_of_month: 31, type: 'TRANSFER', amount_log: 1e8, amount_dest: 1e8 }, 1],
      ['-1e8', { day_of_month: 1, type: 'TRANSFER', amount_log: -1e8, amount_dest: -1e8 }, 0],
      ['negative amounts', { ...example, amount_log: -4, amount_dest: -1 }, 0],
    ])('predicts %s', async (_, body, verdict) => {
      const { status, type, text } = await send(app, { ...predict, body }, app.key);
      expect({ status, type }).toEqual({ status: 200, type: 'application/json' });
      expect(text).toBe(`{"predictions":[${verdict}]}`);
    });

    it('agrees with the native route, also on a type it has never seen', async () => {
      for (const type of ['TRANSFER', 'CASH_OUT', 'BARTER']) {
        for (const amount_log of [1, 9, 10.5, 11, 14]) {
          const body = { ...example, type, amount_log };
          const native = await app.request().post('/v1/models/payments/score').send(body).expect(200);
          const { text } = await send(app, { ...predict, body }, app.key);
          expect(text).toBe(`{"predictions":[${native.body.is_fraud ? 1 : 0}]}`);
        }
      }
    });

    it('stores every decision', async () => {
      const before = await countDecisions(app);
      await send(app, predict, app.key);
      expect(await countDecisions(app)).toBe(before + 1);
    });

    itRefuses(() => app, predict, [
      ...names.map((name): [string, unknown, string] => [
        `a payment without ${name}`,
        { ...example, [name]: undefined },
        name,
      ]),
      ['a text for a number', { ...example, amount_log: 'much' }, 'amount_log'],
      ['a number in quotes', { ...example, amount_log: '1.5' }, 'amount_log'],
      ['a number for a text', { ...example, type: 4 }, 'type'],
      ['null', { ...example, amount_dest: null }, 'amount_dest'],
      ['half a day', { ...example, day_of_month: 1.5 }, 'day_of_month'],
      ['an unknown field', { ...example, step: 1 }, 'step'],
      ['the label', { ...example, is_fraud: 0 }, 'is_fraud'],
      ['a list', [example], ''],
      ['an empty body', '', ''],
      ['an empty object', {}, 'day_of_month'],
      ['null for a body', 'null', ''],
      ['a body that breaks off', JSON.stringify(example).slice(0, -1), ''],
      ...['NaN', 'Infinity', '-Infinity'].flatMap((token): [string, unknown, string][] => [
        [token, bare(example, 'amount_log', token), 'amount_log'],
        [`${token} for a day`, bare(example, 'day_of_month', token), 'day_of_month'],
      ]),
    ]);

    it('tells how its champion did, in numbers that Python reads as floats', async () => {
      const { status, type, text } = await send(app, healthy, app.key);
      expect({ status, type }).toEqual({ status: 200, type: 'application/json' });
      expect(text).toBe(
        '{"modelname": "payments", "accuracy": 1.0, "precision": 1.0, "recall": 1.0, "f1": 1.0, "auc": 1.0, "enabled": true}',
      );
    });
  });

  it('takes a version over for a higher F1 only, and tells how it did', async () => {
    const other = await startApp({ env: { DATASET_HOSTS_ALLOWED: '127.0.0.1' } });
    try {
      const versions: number[] = [];
      for (const file of ['/confused.csv', '/clear.csv', '/clear.csv']) {
        const { body } = await send(other, { path: '/api/v1/training', body: { dataset: link(file) } }, other.key);
        const path = `/api/v1/training/${body.id}`;
        await waitFor(async () => (await send(other, { method: 'get', path }, other.key)).body.status === 'processed', {
          what: `the training on ${file}`,
        });
        const { version, metrics } = (await other.request().get('/v1/models/payments').expect(200)).body.champion;
        versions.push(version);
        await untilServing(other, 'payments', version);
        const { accuracy, precision, recall, f1, roc_auc: auc } = metrics;
        const { body: told } = await send(other, healthy, other.key);
        expect(told).toEqual({ modelname: 'payments', accuracy, precision, recall, f1, auc, enabled: true });
        if (version === 1) expect(new Set([accuracy, precision, recall, f1, auc]).size).toBe(5);
      }
      expect(versions).toEqual([1, 2, 2]);
      const ledger = (await other.request().get('/v1/models/payments/promotions').expect(200)).body;
      expect(ledger).toMatchObject([
        { metric: 'f1', promoted: false, challenger_value: 1, champion_value: 1 },
        { metric: 'f1', promoted: true, challenger_value: 1 },
        { metric: 'f1', promoted: true, champion: null },
      ]);
      expect(ledger[1].champion_value).toBeLessThan(1);
    } finally {
      await other.stop();
    }
  });
});
