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
const transactionOf = (values: number[]): Record<string, number | undefined> =>
  Object.fromEntries(names.map((name, at) => [name, values[at]]));
/** From an honest one to a fraud, in steps. */
const between = (step: number, steps: number): number[] =>
  row.map((value, at) => value + (((fraud[at] ?? 0) - value) * step) / steps);
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

  it.each([
    ['no key', infer, undefined, 403, /X-API-Key/],
    ['a wrong key', infer, 'wrong', 403, /key/],
    ['no champion', infer, null, 503, /no champion/],
    ['an unknown model', get('/v2/models/nobody'), null, 404, /nobody/],
    ['NaN', { ...infer, body: '{"inputs": NaN}' }, null, 400, /^inputs: must be a finite number, got NaN$/],
  ])('has its own form for errors: %s', async (_, call, key, expected, message) => {
    const { status, body, type } = await send(app, call, key === null ? app.key : key);
    expect({ status, type }).toEqual({ status: expected, type: 'application/json' });
    expect(body).toEqual({ error: expect.stringMatching(message) });
  });

  describe('with a champion', () => {
    beforeAll(async () => {
      await trainSimulated(app, 'credit-card', { rows: 6_000 }, { params: { rounds: 60 } });
      await trainSimulated(app, 'payments', { rows: 2_000 });
    });

    /** What the native route says of a transaction. */
    const native = async (values: number[]): Promise<Record<string, unknown>> =>
      (await app.request().post('/v1/models/credit-card/score').send(transactionOf(values)).expect(200)).body;
    const outputsOf = (scored: Record<string, unknown>[]): object[] => [
      {
        name: 'probability',
        datatype: 'FP32',
        shape: [scored.length],
        data: scored.map((each) => each['probability']),
      },
      { name: 'score', datatype: 'INT64', shape: [scored.length], data: scored.map((each) => each['score']) },
      { name: 'is_fraud', datatype: 'BOOL', shape: [scored.length], data: scored.map((each) => each['is_fraud']) },
      { name: 'decision', datatype: 'BYTES', shape: [scored.length], data: scored.map((each) => each['decision']) },
    ];

    itStandsALoad(() => app, infer);

    it('keeps 20 different calls at once apart', async () => {
      const rows = Array.from({ length: 20 }, (_, step) => between(step, 19));
      const alone = await Promise.all(rows.map(native));
      const answers = await Promise.all(rows.map((values, at) => score({ ...matrix([values]), id: `call ${at}` })));
      expect(answers.map(({ body }) => ({ id: body.id, outputs: body.outputs }))).toEqual(
        alone.map((each, at) => ({ id: `call ${at}`, outputs: outputsOf([each]) })),
      );
      expect(new Set(alone.map((each) => each['probability'])).size).toBeGreaterThan(5);
    });

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

    it.each([
      ['flat', [...row, ...fraud], 'FP64'],
      ['nested', [row, fraud], 'FP32'],
    ])('scores one tensor for all features, %s, as the native route does', async (_, data, datatype) => {
      const inputs = [{ name: 'features', shape: [2, names.length], datatype, data, parameters: {} }];
      const { status, type, body } = await score({ inputs, id: 'r-1', parameters: {} });
      expect({ status, type }).toEqual({ status: 200, type: 'application/json' });
      const scored = [await native(row), await native(fraud)];
      expect(scored.map((each) => each['is_fraud'])).toEqual([false, true]);
      expect(body).toEqual({ model_name: 'credit-card', model_version: '1', id: 'r-1', outputs: outputsOf(scored) });
    });

    it('takes null for what was left out, and spells floats as such', async () => {
      const { status, text } = await score({ ...matrix([]), id: null, outputs: null });
      expect(status).toBe(200);
      expect(text).toBe(
        '{"model_name":"credit-card","model_version":"1","outputs":[' +
          '{"name":"probability","datatype":"FP32","shape":[0],"data":[]},' +
          '{"name":"score","datatype":"INT64","shape":[0],"data":[]},' +
          '{"name":"is_fraud","datatype":"BOOL","shape":[0],"data":[]},' +
          '{"name":"decision","datatype":"BYTES","shape":[0],"data":[]}]}',
      );
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

    it('scores texts as the native route does', async () => {
      const payments = [
        { type: 'TRANSFER', day_of_month: 1, amount_log: 9.5, amount_dest: 0 },
        { type: 'PAYMENT', day_of_month: 2, amount_log: 3, amount_dest: 3 },
      ];
      const inputs = [
        { name: 'type', shape: [2], datatype: 'BYTES', data: payments.map(({ type }) => type) },
        { name: 'day_of_month', shape: [2], datatype: 'INT64', data: payments.map((each) => each.day_of_month) },
        { name: 'amount_log', shape: [2], datatype: 'FP64', data: payments.map((each) => each.amount_log) },
        { name: 'amount_dest', shape: [2], datatype: 'FP64', data: payments.map((each) => each.amount_dest) },
      ];
      const { status, body } = await score({ inputs }, '/v2/models/payments/infer');
      expect(status).toBe(200);
      const scored = [];
      for (const payment of payments) {
        scored.push((await app.request().post('/v1/models/payments/score').send(payment).expect(200)).body);
      }
      expect(body.outputs).toEqual(outputsOf(scored));
    });

    it('stores every decision with what was sent', async () => {
      await score(infer.body);
      const { rows } = await app.db.query('SELECT sent AS inputs FROM decisions ORDER BY id DESC LIMIT 2');
      expect(rows.reverse()).toEqual([{ inputs: transactionOf(row) }, { inputs: transactionOf(fraud) }]);
    });

    it.each([
      ['zeros', names.map(() => 0)],
      ['1e8', names.map(() => 1e8)],
      ['-1e8 and 1e8', names.map((_, at) => (at % 2 ? 1e8 : -1e8))],
      ['a negative amount', row.with(-1, -5)],
      ['a negative amount of a fraud', fraud.with(-1, -1e8)],
    ])('scores %s as the native route does', async (_, values) => {
      const { status, body } = await score(matrix([values]));
      expect(status).toBe(200);
      expect(body.outputs).toEqual(outputsOf([await native(values)]));
    });

    const per = names.map((name, at) => ({ name, shape: [1], datatype: 'FP64', data: [row[at]] }));
    const ragged = { name: 'features', shape: [2, 30], datatype: 'FP64', data: [row.slice(1), [...fraud, 1]] };
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
      ['rows of other lengths', { inputs: [ragged] }, /inputs\.0\.data\.0: must be a list of 30/],
      ['one row without its width', { inputs: [{ ...ragged, shape: [30], data: row }] }, /\[n, 30\].*got \[30\]/],
      ['a value beyond its datatype', { inputs: [{ ...per[0], datatype: 'UINT8', data: [300] }] }, /not of .* UINT8/],
      ['an id that is no text', { ...matrix([row]), id: 7 }, /^id: must be a text/],
      ['an unknown output', { ...matrix([row]), outputs: [{ name: 'logits' }] }, /outputs\.0\.name.*probability/],
      ['tensors without end', { inputs: Array.from({ length: 100 }, () => per[0]) }, /at most 62 columns/],
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
        { rows: 2_000, seed: 2 },
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
