import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exampleTransaction } from '@app/simulator';
import { startApp, type TestApp } from '../support/app.js';
import { itAsksForAKey, itStandsALoad, itWaitsForAChampion, send } from '../support/contract.js';
import { trainSimulated } from '../support/training.js';

const example = exampleTransaction('credit-card');
const each = (value: (at: number) => number): object =>
  Object.fromEntries(Object.keys(example).map((name, at) => [name, value(at)]));
const one = { path: '/v1/fraud-score', body: example };
const info = { method: 'get', path: '/v1/model-info' } as const;
const batch = { path: '/v1/fraud-score/batch', body: [example, example] };

/** The contract of the card scoring service. The single route's fields one by one: scoring.e2e-spec.ts. */
describe('the card scoring service', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.stop());

  itAsksForAKey(() => app, [one, batch, info]);
  itWaitsForAChampion(() => app, [one, batch, info]);

  describe('with a champion', () => {
    beforeAll(async () => {
      await trainSimulated(app, 'credit-card', { rows: 4_000 }, { params: { rounds: 40 } });
    });
    const score = (body: unknown): ReturnType<typeof send> => send(app, { ...batch, body }, app.key);

    itStandsALoad(() => app, one);
    itStandsALoad(() => app, batch);

    it('scores a list in order, each as it is scored alone', async () => {
      const transactions = [0, 2, 4, 6, 8].map((shift) => ({ ...example, V14: -shift, V4: shift, V10: -shift }));
      const { status, body } = await score(transactions);
      expect(status).toBe(200);
      const alone = [];
      for (const transaction of transactions)
        alone.push((await send(app, { ...one, body: transaction }, app.key)).body);
      expect(body).toEqual(alone);
      expect(new Set(body.map((answer: Record<string, number>) => answer['fraud-score'])).size).toBeGreaterThan(1);
    });

    it('stores every decision', async () => {
      const count = async (): Promise<number> =>
        (await app.db.query('SELECT count(*)::int AS n FROM decisions')).rows[0].n;
      const before = await count();
      await score([example, example, example]);
      expect(await count()).toBe(before + 3);
    });

    it.each([
      ['zeros', each(() => 0)],
      ['extremes', each((at) => (at % 2 ? 1e8 : -1e8))],
      ['a negative amount', { ...example, Amount: -5 }],
    ])('scores %s', async (_, transaction) => {
      const { body } = await score([transaction]);
      expect(body[0]['fraud-score']).toBeGreaterThanOrEqual(0);
      expect(body[0]['fraud-score']).toBeLessThanOrEqual(100);
    });

    it.each([
      ['a missing field', [example, { ...example, V7: undefined }], '1.V7'],
      ['a wrong type', [example, example, example, { ...example, V7: 'abc' }], '3.V7'],
      ['an unknown field', [{ ...example, V29: 1 }], '0.V29'],
      ['an item that is no object', [example, 7], '1'],
      ['a single object', example, ''],
      ['an empty body', '', ''],
      ['NaN', JSON.stringify([example]).replace(/"V9":[^,]+/, '"V9": NaN'), '0.V9'],
      ['Infinity', JSON.stringify([example]).replace(/"V9":[^,]+/, '"V9": Infinity'), '0.V9'],
      ['-Infinity', JSON.stringify([example]).replace(/"V9":[^,]+/, '"V9": -Infinity'), '0.V9'],
      ['more than 10,000', Array.from({ length: 10_001 }, () => 0), ''],
    ])('refuses the whole for %s', async (_, sent, path) => {
      const count = async (): Promise<number> =>
        (await app.db.query('SELECT count(*)::int AS n FROM decisions')).rows[0].n;
      const before = await count();
      const { status, body } = await score(sent);
      expect(status).toBe(422);
      expect(body.errors[0].path).toBe(path);
      expect(await count()).toBe(before);
    });

    it('tells what it scores with', async () => {
      const { status, body } = await send(app, info, app.key);
      expect(status).toBe(200);
      const version = (await app.request().get('/v1/models/credit-card/versions/1').expect(200)).body;
      expect(body).toMatchObject({
        model: 'credit-card',
        version: '1',
        algorithm: 'boosted_trees',
        training_date: version.created_at,
        dataset: { rows: 4_000, frauds: 200, hash: version.lineage.dataset.sha256, simulated: true },
        metrics: version.metrics,
        threshold: 50,
        library_versions: { xgboost: expect.stringMatching(/^\d/), onnxruntime: expect.stringMatching(/^\d/) },
      });
      expect(body.features.map(({ name }: { name: string }) => name)).toEqual(Object.keys(example));
      expect(body.feature_importance).toEqual(version.importances);
      const shares = Object.values<number>(body.feature_importance);
      expect(shares).toEqual(shares.toSorted((a, b) => b - a));
    });

    it('answers an empty list with one', async () => {
      expect((await score([])).body).toEqual([]);
    });
  });
});
