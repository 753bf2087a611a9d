import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exampleTransaction } from '@app/simulator';
import type supertest from 'supertest';
import { startApp, type TestApp } from '../support/app.js';
import { itAsksForAKey, itStandsALoad, itWaitsForAChampion, send } from '../support/contract.js';
import { trainSimulated } from '../support/training.js';

type Card = Record<string, number>;

const example: Card = Object.fromEntries(
  Object.entries(exampleTransaction('credit-card')).map(([name, value]) => [name, Number(value)]),
);
const names = Object.keys(example);
const fraud: Card = { ...example, V14: -12, V4: 8, V10: -10, V12: -12, V17: -12 };
const each = (value: (name: string, at: number) => number): Card =>
  Object.fromEntries(names.map((name, at) => [name, value(name, at)]));
/** From an honest one to a fraud, in steps. */
const between = (step: number, steps: number): Card =>
  each((name) => (example[name] ?? 0) + (((fraud[name] ?? 0) - (example[name] ?? 0)) * step) / steps);

const rowOf = (card: Card): number[] => names.map((name) => card[name] ?? NaN);
const attributesOf = (card: Card): Card => Object.fromEntries(rowOf(card).map((value, at) => [`Atr${at + 1}`, value]));
const columnsOf = <T>(cards: Card[], cell: (value: number) => T): Record<string, T[]> =>
  Object.fromEntries(names.map((name, at) => [name, cards.map((card) => cell(rowOf(card)[at] ?? NaN))]));
const csvOf = (cards: Card[], order = names): string =>
  cards.map((card) => `${order.map((name) => card[name]).join(',')}\n`).join('');

const row = rowOf(example);
const call = { path: '/invocations', body: { '4711': example, 'order b': attributesOf(example) } };
/** Different in every column. */
const three = [example, fraud, each((_, at) => at / 8)];
const PREDICTIONS = '{"predictions": [0.0, 1.0, 0.0]}';
const LIST = '[0.0, 1.0, 0.0]';
const LINES = '0.0\n1.0\n0.0\n';

/** The contract of the card fraud model's container, as SageMaker and MLflow clients call it. */
describe('the card fraud container', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.stop());

  const score = (body: unknown): ReturnType<typeof send> => send(app, { path: '/invocations', body }, app.key);
  const post = (text: string, type: string, accept = '*/*'): supertest.Test =>
    app.request().post('/invocations').set('Content-Type', type).set('Accept', accept).send(text);
  const count = async (): Promise<number> => (await app.db.query('SELECT count(*)::int AS n FROM decisions')).rows[0].n;

  itAsksForAKey(() => app, [call]);
  itWaitsForAChampion(() => app, [call]);

  it.each(['/ping', '/health-check/liveness'])('is alive without a key or a champion: %s', async (path) => {
    const { status, text } = await send(app, { method: 'get', path });
    expect({ status, text }).toEqual({ status: 200, text: '{"data":{"status":"ok"}}' });
  });

  describe('with a champion', () => {
    beforeAll(async () => {
      await trainSimulated(app, 'credit-card', { rows: 6_000 }, { params: { rounds: 60 } });
    });
    /** What the native route says of a card. */
    const native = async (card: Card): Promise<{ probability: number; is_fraud: boolean }> =>
      (await app.request().post('/v1/models/credit-card/score').send(card).expect(200)).body;
    /** What was decided last, in the order of the request. */
    const decided = async (last: number): Promise<{ inputs: Card; probability: number }[]> =>
      (
        await app.db.query('SELECT sent AS inputs, probability FROM decisions ORDER BY id DESC LIMIT $1', [last])
      ).rows.reverse();

    itStandsALoad(() => app, call);

    it('keeps 20 different calls at once apart', async () => {
      const cards = Array.from({ length: 20 }, (_, step) => between(step, 19));
      const alone = await Promise.all(cards.map(native));
      const answers = await Promise.all(cards.map((card, at) => score({ [`card ${at}`]: card })));
      expect(answers.map(({ text }) => text)).toEqual(
        alone.map(({ is_fraud }, at) => `{"credit-card-fraud": {"card ${at}": ${is_fraud ? '1.0' : '0.0'}}}`),
      );
      expect(new Set(alone.map(({ is_fraud }) => is_fraud)).size).toBe(2);
    });

    it('answers by id in the order of the request, in numbers that Python reads as floats', async () => {
      const cards = `"order-9": ${JSON.stringify(example)}, "4712": ${JSON.stringify(fraud)}`;
      const { status, type, text } = await score(`{${cards}, "4711": ${JSON.stringify(attributesOf(example))}}`);
      expect({ status, type }).toEqual({ status: 200, type: 'application/json' });
      expect(text).toBe('{"credit-card-fraud": {"order-9": 0.0, "4712": 1.0, "4711": 0.0}}');
    });

    const [a, b, c] = three;
    const reversed = names.toReversed();
    it.each<[string, unknown, string]>([
      ['transactions by id', { a, b, c }, '{"credit-card-fraud": {"a": 0.0, "b": 1.0, "c": 0.0}}'],
      ['instances', { instances: three.map(rowOf) }, PREDICTIONS],
      ['instances with features', { instances: three.map((card) => ({ features: rowOf(card) })) }, PREDICTIONS],
      ['inputs', { inputs: three.map(rowOf) }, PREDICTIONS],
      ['inputs by columns', { inputs: columnsOf(three, (value) => value) }, PREDICTIONS],
      ['inputs by columns of lists', { inputs: columnsOf(three, (value) => [value]) }, PREDICTIONS],
      ['dataframe_split', { dataframe_split: { columns: names, data: three.map(rowOf) } }, PREDICTIONS],
      [
        'dataframe_split in another order',
        { dataframe_split: { columns: reversed, data: three.map((card) => rowOf(card).toReversed()) } },
        PREDICTIONS,
      ],
      ['dataframe_records', { dataframe_records: three.map(attributesOf), params: {} }, PREDICTIONS],
      ['a split frame of MLflow 1', { columns: names, index: [0, 1, 2], data: three.map(rowOf) }, LIST],
      ['records of MLflow 1', three, LIST],
    ])('answers %s in its form, as the native route scores them', async (_, body, answer) => {
      const { status, type, text } = await score(body);
      expect({ status, type, text }).toEqual({ status: 200, type: 'application/json', text: answer });
      await expectDecided();
    });

    it.each([
      ['rows', csvOf(three), 'text/csv', '*/*', LINES],
      [
        'a header',
        `${reversed.join(',')}\n${csvOf(three, reversed)}`.replaceAll('\n', '\r\n'),
        'text/csv; charset=utf-8',
        'text/csv',
        LINES,
      ],
      ['rows, for JSON', csvOf(three), 'text/csv', 'text/csv;q=0.5, Application/JSON', PREDICTIONS],
      ['rows, for anything but JSON', csvOf(three), 'text/csv', 'application/json;q=0, */*', LINES],
    ])('answers CSV of %s', async (_, csv, type, accept, answer) => {
      const { text, type: answered } = await post(csv, type, accept).expect(200);
      expect({ text, type: answered }).toEqual({
        text: answer,
        type: answer === LINES ? 'text/csv' : 'application/json',
      });
      await expectDecided();
    });

    async function expectDecided(): Promise<void> {
      const decisions = await decided(3);
      expect(decisions.map(({ inputs }) => inputs)).toEqual(three);
      const scored = await Promise.all(three.map(native));
      expect(decisions.map(({ probability }) => probability)).toEqual(scored.map(({ probability }) => probability));
    }

    it.each(['application/json; charset=utf-8', 'application/json; format=pandas-split'])('takes %s', async (type) => {
      const { text } = await post(JSON.stringify({ columns: names, data: [row] }), type).expect(200);
      expect(text).toBe('[0.0]');
    });

    it.each([
      ['zeros', each(() => 0)],
      ['1e8', each(() => 1e8)],
      ['-1e8 and 1e8', each((_, at) => (at % 2 ? 1e8 : -1e8))],
      ['a negative amount', { ...example, Amount: -5 }],
      ['negative amounts of a fraud', { ...fraud, Amount: -1e8 }],
    ])('scores %s as the native route does', async (_, card) => {
      const { status, text } = await score({ x: card });
      const [decision] = await decided(1);
      const { probability, is_fraud } = await native(card);
      expect({ status, text }).toEqual({
        status: 200,
        text: `{"credit-card-fraud": {"x": ${is_fraud ? '1.0' : '0.0'}}}`,
      });
      expect(decision).toEqual({ inputs: card, probability });
    });

    const bare = (token: string): string => JSON.stringify({ b: example }).replace(/"V9":[^,]+/, `"V9": ${token}`);
    const bad = (name: string, value: unknown): object => ({ a: example, b: { ...example, [name]: value } });
    const tooMany = Array.from({ length: 10_001 }, () => row);
    it.each<[string, unknown, string, RegExp]>([
      ['a missing field', bad('V7', undefined), 'b.V7', /^is required$/],
      ['null', bad('V7', null), 'b.V7', /finite number, got null/],
      ['a wrong type', bad('V7', 'abc'), 'b.V7', /number, got "abc"/],
      ['a number in quotes', bad('V7', '1.5'), 'b.V7', /send 1\.5/],
      ['an unknown field', bad('V29', 1), 'b.V29', /not a feature/],
      ['a missing attribute', { b: { ...attributesOf(example), Atr8: undefined } }, 'b.Atr8', /^is required$/],
      ['an attribute too many', { b: { ...attributesOf(example), Atr31: 1 } }, 'b.Atr31', /not a feature/],
      ['one transaction without an id', example, 'Time', /must be an object/],
      ['an empty body', '', '', /empty/],
      ['no transaction', {}, '', /by id/],
      ['NaN', bare('NaN'), 'b.V9', /finite number, got NaN/],
      ['Infinity', bare('Infinity'), 'b.V9', /finite number, got Infinity/],
      ['-Infinity', bare('-Infinity'), 'b.V9', /finite number, got -Infinity/],
      ['NaN in a row', '{"instances": [[1, NaN]]}', 'instances.0.1', /got NaN/],
      ['a short row', { instances: [row, row.slice(1)] }, 'instances.1', /30 numbers.*got 29/],
      ['more than 10,000 rows', { instances: tooMany }, 'instances', /at most 10000 transactions, got 10001/],
    ])('refuses %s', async (_, sent, path, message) => {
      const before = await count();
      const { status, type, body } = await score(sent);
      expect({ status, type }).toEqual({ status: 422, type: 'application/problem+json' });
      expect(body).toMatchObject({ status: 422, code: 'invalid_body' });
      expect(body.errors[0]).toEqual({ path, message: expect.stringMatching(message) });
      expect(await count()).toBe(before);
    });

    it.each([
      ['NaN', `nan${',1'.repeat(29)}`, '0.Time', /number, got "nan"/],
      ['Infinity', `${csvOf(three)}1,-inf${',1'.repeat(28)}`, '3.V1', /number, got "-inf"/],
      ['an empty cell', `${row.slice(1).join(',')},`, '0.Amount', /got null/],
      ['a short row', `${csvOf(three)}1,2`, '3', /30 numbers.*got 2/],
      ['nothing', '', '', /at least one row/],
      ['a column twice', `Time,${names.join(',')}\n0,${row.join(',')}`, '', /"Time" is there twice/],
      ['the index of a data frame', `,${names.join(',')}\n0,${row.join(',')}`, '', /index=False/],
      ['more than 10,000 rows', `${row.join(',')}\n`.repeat(20_000), '', /at most 10000 rows/],
    ])('refuses CSV with %s', async (_, text, path, message) => {
      const { body } = await post(text, 'text/csv').expect(422);
      expect(body.errors[0]).toEqual({ path, message: expect.stringMatching(message) });
    });

    it.each(['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'application/jsonlines'])(
      'answers 415 to %s',
      async (type) => {
        const { body } = await post('1,2', type).expect(415);
        expect(body.code).toBe('unsupported_media_type');
      },
    );

    it('is alone in taking CSV', async () => {
      await app.request().post('/v1/fraud-score').set('Content-Type', 'text/csv').send(row.join(',')).expect(415);
    });

    it('takes 10,000 rows, which are more than a mebibyte', async () => {
      const cards = Array.from({ length: 10_000 }, (_, at) => (at % 7 === 0 ? fraud : example));
      const { status, text } = await score({ instances: cards.map(rowOf) });
      expect(status).toBe(200);
      expect(text).toBe(`{"predictions": [${cards.map((card) => (card === fraud ? '1.0' : '0.0')).join(', ')}]}`);
    });
  });
});
