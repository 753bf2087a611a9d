import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exampleTransaction } from '@app/simulator';
import type supertest from 'supertest';
import { startApp, type TestApp } from '../support/app.js';
import { itAsksForAKey, itStandsALoad, itWaitsForAChampion, send } from '../support/contract.js';
import { trainSimulated } from '../support/training.js';

const example = exampleTransaction('credit-card');
const names = Object.keys(example);
const row = Object.values(example);
const fraud = { ...example, V14: -12, V4: 8, V10: -10, V12: -12, V17: -12 };
const attributes = Object.fromEntries(row.map((value, at) => [`Atr${at + 1}`, value]));
const each = (value: (at: number) => number): object => Object.fromEntries(names.map((name, at) => [name, value(at)]));
const call = { path: '/invocations', body: { '4711': example, 'order b': attributes } };

/** The contract of the card fraud model's container, as SageMaker and MLflow clients call it. */
describe('the card fraud container', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.stop());

  itAsksForAKey(() => app, [call]);
  itWaitsForAChampion(() => app, [call]);

  it.each(['/ping', '/health-check/liveness'])('is alive without a key: %s', async (path) => {
    const { status, body } = await send(app, { method: 'get', path });
    expect({ status, body }).toEqual({ status: 200, body: { data: { status: 'ok' } } });
  });

  describe('with a champion', () => {
    beforeAll(async () => {
      await trainSimulated(app, 'credit-card', { rows: 6_000 }, { params: { rounds: 60 } });
    });
    const score = (body: unknown): ReturnType<typeof send> => send(app, { path: '/invocations', body }, app.key);
    const scoreCsv = (text: string, accept = '*/*'): supertest.Test =>
      app.request().post('/invocations').set('Content-Type', 'text/csv').set('Accept', accept).send(text);

    itStandsALoad(() => app, call);

    it('answers by id, in numbers that Python reads as floats', async () => {
      const { status, type, text } = await score({ ok: example, positions: attributes, fraud });
      expect({ status, type }).toEqual({ status: 200, type: 'application/json' });
      expect(text).toBe('{"credit-card-fraud": {"ok": 0.0, "positions": 0.0, "fraud": 1.0}}');
    });

    it.each([
      ['instances', { instances: [row, Object.values(fraud)] }],
      ['inputs', { inputs: [row, Object.values(fraud)] }],
      ['dataframe_split', { dataframe_split: { columns: names, data: [row, Object.values(fraud)] } }],
      ['dataframe_records', { dataframe_records: [example, fraud] }],
    ])('answers %s as MLflow does', async (_, body) => {
      const { status, type, text } = await score(body);
      expect({ status, type, text }).toEqual({
        status: 200,
        type: 'application/json',
        text: '{"predictions": [0.0, 1.0]}',
      });
    });

    it('answers CSV with CSV, or with JSON when that is asked for', async () => {
      const rows = `${row.join(',')}\n${Object.values(fraud).join(',')}\n`;
      const plain = await scoreCsv(rows).expect(200);
      expect(plain.type).toBe('text/csv');
      expect(plain.text).toBe('0.0\n1.0\n');
      expect((await scoreCsv(`${names.join(',')}\n${rows}`).expect(200)).text).toBe('0.0\n1.0\n');
      expect((await scoreCsv(rows, 'application/json').expect(200)).text).toBe('{"predictions": [0.0, 1.0]}');
    });

    it('stores every decision', async () => {
      const count = async (): Promise<number> =>
        (await app.db.query('SELECT count(*)::int AS n FROM decisions')).rows[0].n;
      const before = await count();
      await score(call.body);
      expect(await count()).toBe(before + 2);
    });

    it.each([
      ['zeros', each(() => 0)],
      ['extremes', each((at) => (at % 2 ? 1e8 : -1e8))],
      ['a negative amount', { ...example, Amount: -5 }],
    ])('scores %s', async (_, transaction) => {
      expect((await score({ x: transaction })).text).toMatch(/^\{"credit-card-fraud": \{"x": [01]\.0\}\}$/);
    });

    it.each([
      ['a missing field', { a: example, b: { ...example, V7: undefined } }, 'b.V7'],
      ['a missing attribute', { b: { ...attributes, Atr8: undefined } }, 'b.Atr8'],
      ['an attribute too many', { b: { ...attributes, Atr31: 1 } }, 'b.Atr31'],
      ['a wrong type', { b: { ...example, V7: 'abc' } }, 'b.V7'],
      ['one transaction without an id', example, 'Time'],
      ['an empty body', '', ''],
      ['no transaction', {}, ''],
      ['a list', [example], ''],
      ['NaN', JSON.stringify({ b: example }).replace(/"V9":[^,]+/, '"V9": NaN'), 'b.V9'],
      ['Infinity', JSON.stringify({ b: example }).replace(/"V9":[^,]+/, '"V9": Infinity'), 'b.V9'],
      ['-Infinity', JSON.stringify({ instances: [row] }).replace(/\[\[[^,]+/, '[[-Infinity'), 'instances.0.0'],
      ['a short row', { instances: [row.slice(1)] }, 'instances.0'],
      ['more than 10,000 rows', { instances: Array.from({ length: 10_001 }, () => row) }, 'instances'],
    ])('refuses %s', async (_, sent, path) => {
      const { status, body } = await score(sent);
      expect(status).toBe(422);
      expect(body.errors[0].path).toBe(path);
    });

    it.each([
      ['NaN', `nan${',1'.repeat(29)}`, '0.Time'],
      ['a short row', `${row.join(',')}\n1,2`, '1'],
      ['nothing', '', ''],
      ['more than 10,000 rows', `${row.join(',')}\n`.repeat(10_001), ''],
    ])('refuses CSV with %s', async (_, text, path) => {
      const { body } = await scoreCsv(text).expect(422);
      expect(body.errors[0].path).toBe(path);
    });

    it.each(['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'application/jsonlines'])(
      'answers 415 to %s',
      async (type) => {
        const { body } = await app.request().post('/invocations').set('Content-Type', type).send('1,2').expect(415);
        expect(body.code).toBe('unsupported_media_type');
      },
    );

    it('is alone in taking CSV', async () => {
      await app.request().post('/v1/fraud-score').set('Content-Type', 'text/csv').send(row.join(',')).expect(415);
    });
  });
});
