import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exampleTransaction } from '@app/simulator';
import { startApp, type TestApp } from '../support/app.js';
import { itAsksForAKey, itStandsALoad, itWaitsForAChampion, send } from '../support/contract.js';
import { trainSimulated } from '../support/training.js';

const example = exampleTransaction('credit-card');
const names = Object.keys(example);
const row = Object.values(example).map(Number);
const fraud = Object.values({ ...example, V14: -12, V4: 8, V10: -10, V12: -12, V17: -12 }).map(Number);
const matrix = (rows: number[][]): object => ({
  inputs: [{ name: 'features', shape: [rows.length, names.length], datatype: 'FP64', data: rows.flat() }],
});
const infer = { path: '/v2/models/credit-card/infer', body: matrix([row, fraud]) };
const get = (path: string): { method: 'get'; path: string } => ({ method: 'get', path });
const MODEL = '/v2/models/credit-card';

/** The Open Inference Protocol, version 2, as its clients use it. */
describe('the Open Inference Protocol', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.stop());
  const ask = (path: string): ReturnType<typeof send> => send(app, get(path), app.key);
  const score = (body: unknown, path = infer.path): ReturnType<typeof send> => send(app, { path, body }, app.key);

  const keyed = [
    infer,
    { ...infer, path: `${MODEL}/versions/1/infer` },
    ...[MODEL, `${MODEL}/ready`, `${MODEL}/versions/1`, `${MODEL}/versions/1/ready`].map(get),
  ];
  itAsksForAKey(() => app, [...keyed, get('/v2')]);
  itWaitsForAChampion(() => app, keyed);

  it('is live and not ready without a champion, and asks for no key', async () => {
    expect((await send(app, get('/v2/health/live'))).body).toEqual({ live: true });
    const { status, body } = await send(app, get('/v2/health/ready'));
    expect({ status, body }).toEqual({ status: 503, body: { ready: false } });
  });

  it('has its own form for errors', async () => {
    for (const { status, body, type } of [
      await send(app, infer),
      await send(app, infer, app.key),
      await ask('/v2/models/nobody'),
      await score('{"inputs": NaN}'),
    ]) {
      expect(status).toBeGreaterThanOrEqual(400);
      expect(type).toBe('application/json');
      expect(body).toEqual({ error: expect.stringMatching(/./) });
    }
  });

  describe('with a champion', () => {
    beforeAll(async () => {
      await trainSimulated(app, 'credit-card', { rows: 6_000 }, { params: { rounds: 60 } });
      await trainSimulated(app, 'payments', { rows: 2_000 });
    });

    itStandsALoad(() => app, infer);

    it('tells what it is, and that it is ready', async () => {
      expect((await ask('/v2')).body).toEqual({ name: 'fraud-scoring', version: '1', extensions: [] });
      const { status, body } = await send(app, get('/v2/health/ready'));
      expect({ status, body }).toEqual({ status: 200, body: { ready: true } });
      for (const path of [`${MODEL}/ready`, `${MODEL}/versions/1/ready`]) {
        expect((await ask(path)).body).toEqual({ name: 'credit-card', ready: true });
      }
    });

    it('describes a model and its version', async () => {
      const { body } = await ask(MODEL);
      expect(body).toMatchObject({ name: 'credit-card', versions: ['1'], platform: 'onnxruntime_onnx' });
      expect(body.inputs.map(({ name }: { name: string }) => name)).toEqual(names);
      expect(body.inputs[0]).toEqual({ name: 'Time', datatype: 'FP64', shape: [-1] });
      expect(body.outputs[0]).toEqual({ name: 'probability', datatype: 'FP32', shape: [-1] });
      expect((await ask(`${MODEL}/versions/1`)).body).toEqual(body);
      expect((await ask('/v2/models/payments')).body.inputs[1]).toEqual({
        name: 'type',
        datatype: 'BYTES',
        shape: [-1],
      });
    });

    it('scores one tensor for all features, as the native route does', async () => {
      const { status, body } = await score({ ...infer.body, id: 'r-1', parameters: {} });
      expect(status).toBe(200);
      const native = [];
      for (const values of [row, fraud]) {
        const transaction = Object.fromEntries(names.map((name, at) => [name, values[at]]));
        native.push((await app.request().post('/v1/models/credit-card/score').send(transaction).expect(200)).body);
      }
      expect(body).toEqual({
        model_name: 'credit-card',
        model_version: '1',
        id: 'r-1',
        outputs: [
          { name: 'probability', datatype: 'FP32', shape: [2], data: native.map(({ probability }) => probability) },
          { name: 'score', datatype: 'INT64', shape: [2], data: native.map(({ score }) => score) },
          { name: 'is_fraud', datatype: 'BOOL', shape: [2], data: [false, true] },
          { name: 'decision', datatype: 'BYTES', shape: [2], data: native.map(({ decision }) => decision) },
        ],
      });
    });

    it('scores one tensor per feature, by version, with the outputs asked for', async () => {
      const inputs = names.map((name, at) => ({
        name,
        shape: [2, 1],
        datatype: 'FP32',
        data: [[row[at]], [fraud[at]]],
      }));
      const body = { inputs, outputs: [{ name: 'is_fraud' }] };
      expect((await score(body, `${MODEL}/versions/1/infer`)).body.outputs).toEqual([
        { name: 'is_fraud', datatype: 'BOOL', shape: [2], data: [false, true] },
      ]);
    });

    it('scores texts', async () => {
      const inputs = [
        { name: 'type', shape: [2], datatype: 'BYTES', data: ['TRANSFER', 'PAYMENT'] },
        { name: 'day_of_month', shape: [2], datatype: 'INT64', data: [1, 2] },
        { name: 'amount_log', shape: [2], datatype: 'FP64', data: [9.5, 3] },
        { name: 'amount_dest', shape: [2], datatype: 'FP64', data: [0, 3] },
      ];
      const { status, body } = await score({ inputs }, '/v2/models/payments/infer');
      expect(status).toBe(200);
      expect(body.outputs[0].data).toHaveLength(2);
    });

    it('stores every decision', async () => {
      const count = async (): Promise<number> =>
        (await app.db.query('SELECT count(*)::int AS n FROM decisions')).rows[0].n;
      const before = await count();
      await score(infer.body);
      expect(await count()).toBe(before + 2);
    });

    it.each([
      ['zeros', names.map(() => 0)],
      ['extremes', names.map((_, at) => (at % 2 ? 1e8 : -1e8))],
      ['a negative amount', row.with(-1, -5)],
    ])('scores %s', async (_, values) => {
      const [probability] = (await score(matrix([values]))).body.outputs;
      expect(probability.data[0]).toBeGreaterThanOrEqual(0);
      expect(probability.data[0]).toBeLessThanOrEqual(1);
    });

    const per = names.map((name, at) => ({ name, shape: [1], datatype: 'FP64', data: [row[at]] }));
    it.each([
      ['a missing feature', { inputs: per.slice(1) }, /Time\[0\].*required/],
      ['an unknown feature', { inputs: [...per, { ...per[0], name: 'V29' }] }, /V29\[0\].*not a feature/],
      ['a wrong type', { inputs: [{ ...per[0], datatype: 'BYTES', data: ['x'] }, ...per.slice(1)] }, /Time\[0\].*"x"/],
      ['a missing value', matrix([row, row.with(8, NaN)]), /V8\[1\].*null/],
      [
        'a row too short',
        { inputs: [{ name: 'features', shape: [1, 29], datatype: 'FP64', data: row.slice(1) }] },
        /\[n, 30\]/,
      ],
      ['an empty body', '', /empty/],
      ['no inputs', {}, /inputs/],
      ['NaN', '{"inputs": [{"data": [1, NaN]}]}', /inputs\.0\.data\.1.*NaN/],
      ['Infinity', '{"inputs": [{"data": [1, Infinity]}]}', /Infinity/],
      ['-Infinity', '{"inputs": [{"data": [-Infinity]}]}', /-Infinity/],
      ['more than 10,000 rows', matrix(Array.from({ length: 10_001 }, () => row)), /10000/],
    ])('refuses %s', async (_, sent, message) => {
      const { status, body } = await score(sent);
      expect(status).toBe(400);
      expect(body).toEqual({ error: expect.stringMatching(message) });
    });

    it('has no versions and models but those that are stored', async () => {
      const paths = [
        `${MODEL}/versions/3`,
        `${MODEL}/versions/3/ready`,
        `${MODEL}/versions/x`,
        `${MODEL}/versions/01`,
        '/v2/models/nobody/ready',
      ];
      for (const path of paths) expect((await ask(path)).status).toBe(404);
      for (const path of [`${MODEL}/versions/2/infer`, '/v2/models/nobody/infer', '/v2/models/%00/infer']) {
        const { status, body } = await score(infer.body, path);
        expect(status).toBe(404);
        expect(body).toEqual({ error: expect.any(String) });
      }
    });

    it('takes nothing but JSON', async () => {
      const answer = await app.request().post(infer.path).set('Content-Type', 'application/octet-stream').send('x');
      expect(answer.status).toBe(415);
      expect(answer.body).toEqual({ error: expect.stringMatching(/octet-stream/) });
    });

    it.each([
      ['for a body that is too large', 'post', infer.path, '9'.repeat(17 * 1_048_576), 413],
      ['for a path that cannot be read', 'get', '/v2/models/%ff', undefined, 404],
      ['where there is no route', 'get', '/v2/nothing', undefined, 404],
    ] as const)('has its own form for errors also %s', async (_, method, path, body, status) => {
      const answer = await send(app, { method, path, body }, app.key);
      expect({ status: answer.status, type: answer.type }).toEqual({ status, type: 'application/json' });
      expect(answer.body).toEqual({ error: expect.stringMatching(/./) });
      expect(answer.headers['x-request-id']).toBeDefined();
    });

    it('describes a version that is not champion, and says that it cannot score', async () => {
      const { version, promoted } = await trainSimulated(
        app,
        'credit-card',
        { rows: 500, seed: 2 },
        { params: { rounds: 1, max_depth: 1 } },
      );
      expect({ version, promoted }).toEqual({ version: 2, promoted: false });
      expect((await ask(`${MODEL}/versions/2`)).body).toEqual({ ...(await ask(MODEL)).body, versions: ['2'] });
      expect((await ask(`${MODEL}/versions/2/ready`)).body).toEqual({ name: 'credit-card', ready: false });
      expect((await ask(`${MODEL}/versions/1/ready`)).body).toEqual({ name: 'credit-card', ready: true });
      expect((await score(infer.body, `${MODEL}/versions/2/infer`)).status).toBe(404);
    });
  });
});
