import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exampleTransaction } from '@app/simulator';
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
import { trainSimulated } from '../support/training.js';

type Card = Record<string, unknown>;

const example = exampleTransaction('credit-card');
const names = Object.keys(example);
const each = (value: (at: number) => number): Card => Object.fromEntries(names.map((name, at) => [name, value(at)]));
/** From a usual transaction at 0 to a plain fraud at 10. */
const shifted = (by: number): Card => ({ ...example, V4: by, V10: -by, V12: -by, V14: -by, V17: -by });
const one = { path: '/v1/fraud-score', body: example };
const batch = { path: '/v1/fraud-score/batch', body: [example, shifted(10)] };
const info = { method: 'get', path: '/v1/model-info' } as const;
const health = { method: 'get', path: '/health' } as const;

/** The contract of the card scoring service. */
describe('the card scoring service', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ env: { FRAUD_THRESHOLD: '20' } });
  });
  afterAll(() => app.stop());

  itAsksForAKey(() => app, [one, batch, info]);
  itWaitsForAChampion(() => app, [one, batch, info]);

  it('is unhealthy without a champion, with 200 and without a key', async () => {
    const { status, type, text } = await send(app, health);
    expect({ status, type }).toEqual({ status: 200, type: 'application/json' });
    expect(text).toBe('{"status":"unhealthy","model_loaded":false}');
  });

  describe('with a champion', () => {
    beforeAll(async () => {
      await trainSimulated(app, 'credit-card', { rows: 5_000 }, { params: { rounds: 60 } });
    });
    const score = (body: unknown, query = ''): ReturnType<typeof send> =>
      send(app, { path: one.path + query, body }, app.key);
    const scoreAll = (body: unknown): ReturnType<typeof send> => send(app, { ...batch, body }, app.key);
    /** The answer to the letter, from the figures of the native route. */
    const expected = async (transaction: Card): Promise<string> => {
      const native = (await app.request().post('/v1/models/credit-card/score').send(transaction).expect(200)).body;
      expect(native.score).toBe(Math.round(100 * native.probability));
      return `{"fraud-score":${native.score},"is-fraud":${native.score >= 20},"model-version":"1"}`;
    };

    itStandsALoad(
      () => app,
      one,
      (at) => ({ ...one, body: shifted(at / 4) }),
    );
    itStandsALoad(
      () => app,
      batch,
      (at) => ({ ...batch, body: [shifted(5 - at / 4), shifted(at / 4)] }),
    );

    it('is healthy', async () => {
      expect((await send(app, health)).text).toBe('{"status":"healthy","model_loaded":true}');
    });

    it.each<[string, Card]>([
      ['the example', example],
      ['a plain fraud', shifted(10)],
      ['zeros', each(() => 0)],
      ['1e8', each(() => 1e8)],
      ['-1e8', each(() => -1e8)],
      ['both', each((at) => (at % 2 ? 1e8 : -1e8))],
      ['a negative amount', { ...example, Amount: -5 }],
    ])('scores %s, alone and in a list', async (_, transaction) => {
      const text = await expected(transaction);
      const single = await score(transaction);
      expect({ status: single.status, type: single.type }).toEqual({ status: 200, type: 'application/json' });
      expect(single.text).toBe(text);
      const list = await scoreAll([transaction]);
      expect({ status: list.status, type: list.type }).toEqual({ status: 200, type: 'application/json' });
      expect(list.text).toBe(`[${text}]`);
    });

    it('scores a list in its order, and calls fraud from FRAUD_THRESHOLD on', async () => {
      const transactions = Array.from({ length: 40 }, (_, at) => shifted(((at * 7) % 40) / 10));
      const texts: string[] = [];
      for (const transaction of transactions) texts.push(await expected(transaction));
      expect((await scoreAll(transactions)).text).toBe(`[${texts.join(',')}]`);
      expect(texts.join()).toContain('"is-fraud":false');
      // Between the threshold of this suite and that of most installations.
      expect(texts.join()).toMatch(/"fraud-score":(2|3|4)\d,"is-fraud":true/);
    });

    it('answers an empty list with one', async () => {
      expect((await scoreAll([])).text).toBe('[]');
    });

    it('stores every decision', async () => {
      const before = await countDecisions(app);
      await score(example);
      await scoreAll([example, example, example]);
      expect(await countDecisions(app)).toBe(before + 4);
    });

    it.each([
      ['?ood=true', ',"ood_warning":true'],
      ['?ood=True&_=1', ',"ood_warning":true'],
      ['?ood=1', ',"ood_warning":true'],
      ['?ood=false', ''],
      ['?ood=False', ''],
      ['?ood=0', ''],
      ['?_=1732147200&utm_source=till', ''],
    ])('takes the query %s', async (query, more) => {
      const odd = { ...example, Amount: 1e8 };
      expect((await score(odd, query)).text).toBe((await expected(odd)).replace('}', `${more}}`));
      const usual = (await score(example, query)).text;
      expect(usual).toBe((await expected(example)).replace('}', `${more.replace('true', 'false')}}`));
    });

    it.each(['?ood=perhaps', '?ood=', '?ood=true&ood=false'])('refuses the query %s', async (query) => {
      expectRefusal(one, await score(example, query), { status: 422, code: 'invalid_parameter', path: 'ood' });
    });

    /** What one transaction can be wrong in; `at` is where it stands in the body. */
    const wrong = (of: (transaction: Card) => unknown, at: string): [string, unknown, string][] => [
      ...names.map((name): [string, unknown, string] => [
        `a transaction without ${name}`,
        of({ ...example, [name]: undefined }),
        at + name,
      ]),
      ['a text', of({ ...example, V7: 'abc' }), `${at}V7`],
      ['a number in quotes', of({ ...example, V7: '1.5' }), `${at}V7`],
      ['null', of({ ...example, V7: null }), `${at}V7`],
      ['true', of({ ...example, V7: true }), `${at}V7`],
      ['a list for a number', of({ ...example, V7: [1] }), `${at}V7`],
      ['more than float32 holds', of({ ...example, V7: 1e39 }), `${at}V7`],
      ['an unknown field', of({ ...example, V29: 1 }), `${at}V29`],
      ['the label', of({ ...example, Class: 0 }), `${at}Class`],
      ['NaN', bare(of(example), 'V9', 'NaN'), `${at}V9`],
      ['Infinity', bare(of(example), 'V9', 'Infinity'), `${at}V9`],
      ['-Infinity', bare(of(example), 'V9', '-Infinity'), `${at}V9`],
      ['an empty body', '', ''],
      ['a body that breaks off', JSON.stringify(of(example)).slice(0, -2), ''],
      ['a text for a body', '"abc"', ''],
      ['null for a body', 'null', ''],
    ];

    describe('alone', () => {
      itRefuses(() => app, one, [
        ...wrong((transaction) => transaction, ''),
        ['an empty object', {}, 'Time'],
        ['a list', [example], ''],
        ['an empty list', [], ''],
      ]);
    });

    describe('in a list', () => {
      itRefuses(() => app, batch, [
        ...wrong((transaction) => [transaction, example], '0.'),
        ['the fourth', [example, example, example, { ...example, V7: 'abc' }], '3.V7'],
        ['an item that is no object', [example, 7], '1'],
        ['a single object', example, ''],
        ['more than 10,000', Array.from({ length: 10_001 }, () => 0), ''],
      ]);
    });

    it.each([
      ['application/json; charset=utf-8', JSON.stringify(example), 200],
      ['application/xml', '<xml/>', 415],
      ['application/x-www-form-urlencoded', 'Time=1', 415],
      ['text/csv', Object.values(example).join(','), 415],
    ])('answers a body of %s', async (type, body, status) => {
      const answer = await app.request().post(one.path).set('Content-Type', type).send(body);
      if (status === 200) expect(answer.text).toBe(await expected(example));
      else expectRefusal(one, answer, { status, code: 'unsupported_media_type' });
    });

    it('takes a body of a mebibyte', async () => {
      const padding = ' '.repeat(1_048_576 - JSON.stringify(example).length);
      expect((await score(JSON.stringify(example) + padding)).status).toBe(200);
      const tooLarge = await score(`${JSON.stringify(example)}${padding} `);
      expectRefusal(one, tooLarge, { status: 413, code: 'too_large' });
    });

    it('tells what it scores with', async () => {
      const { status, type, body } = await send(app, info, app.key);
      expect({ status, type }).toEqual({ status: 200, type: 'application/json' });
      const version = (await app.request().get('/v1/models/credit-card/versions/1').expect(200)).body;
      expect(body).toEqual({
        model: 'credit-card',
        version: '1',
        algorithm: 'boosted_trees',
        training_date: version.created_at,
        dataset: { rows: 5_000, frauds: 250, hash: version.lineage.dataset.sha256, simulated: true },
        metrics: version.metrics,
        threshold: 20,
        features: names.map((name) => ({ name, type: 'number', importance: version.importances[name] })),
        feature_importance: version.importances,
        library_versions: version.lineage.libraries,
      });
      expect(body.library_versions).toMatchObject({
        xgboost: expect.stringMatching(/^\d/),
        onnxruntime: expect.stringMatching(/^\d/),
      });
      const shares = Object.values<number>(body.feature_importance);
      expect(shares).toEqual(shares.toSorted((a, b) => b - a));
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1);
    });
  });
});
