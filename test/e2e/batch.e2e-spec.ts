import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exampleTransaction } from '@app/simulator';
import { startApp, type TestApp } from '../support/app.js';
import { itAsksForAKey, itWaitsForAChampion, send } from '../support/contract.js';
import { countCommits, countStored } from '../support/decisions.js';
import { announceBody } from '../support/openapi-requests.js';
import { trainSimulated } from '../support/training.js';

const example = exampleTransaction('credit-card');
const path = '/v1/models/credit-card/score/batch';

describe('POST /v1/models/{model}/score/batch', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.stop());
  const score = (body: unknown): ReturnType<typeof send> => send(app, { path, body }, app.key);

  itAsksForAKey(() => app, [{ path, body: { transactions: [example] } }]);
  itWaitsForAChampion(() => app, [{ path, body: { transactions: [example] } }]);

  describe('with a champion', () => {
    beforeAll(async () => {
      await trainSimulated(app, 'credit-card', { rows: 4_000 }, { params: { rounds: 40 } });
    });

    it('scores the good ones and refuses the others by their index', async () => {
      const { V7: _, ...incomplete } = example;
      const transactions = [
        { ...example, transaction_id: 'first' },
        incomplete,
        null,
        { ...example, V14: 'x', V29: 1 },
        { ...example, transaction_id: 'last', V14: -8 },
      ];
      const { status, body } = await score({ transactions });
      expect(status).toBe(200);
      expect(body).toEqual({
        scored: 2,
        refused: 3,
        results: [
          expect.objectContaining({ transaction_id: 'first', model: 'credit-card', model_version: 1 }),
          {
            index: 1,
            error: {
              code: 'invalid_body',
              detail: 'V7: is required',
              errors: [{ path: 'V7', message: 'is required' }],
            },
          },
          expect.objectContaining({ index: 2, error: expect.objectContaining({ code: 'invalid_body' }) }),
          expect.objectContaining({ index: 3 }),
          expect.objectContaining({ transaction_id: 'last' }),
        ],
      });
      expect(body.results[3].error.errors.map((error: { path: string }) => error.path)).toEqual(['V14', 'V29']);
    });

    it('decides as the single route does, and stores every decision first', async () => {
      const transactions = Array.from({ length: 50 }, (_, at) => ({ ...example, V14: -at / 5, Amount: at }));
      const { body } = await score({ transactions });
      expect(await countStored(app, idsOf(body))).toBe(50);
      for (const at of [0, 7, 49]) {
        const alone = await app.request().post('/v1/models/credit-card/score').send(transactions[at]).expect(200);
        const { decision_id: _, ...decision } = alone.body;
        expect(body.results[at]).toMatchObject(decision);
      }
    });

    it('tells and stores the first five warnings of each, where the single route tells all', async () => {
      const odd = Object.fromEntries(Object.keys(example).map((name) => [name, 1e8]));
      const { body } = await score({ transactions: [odd, example] });
      const alone = await app.request().post('/v1/models/credit-card/score').send(odd).expect(200);
      expect(alone.body.warnings).toHaveLength(30);
      expect(body.results[0].warnings).toEqual(alone.body.warnings.slice(0, 5));
      expect(body.results[1].warnings).toEqual([]);
      const stored = await app.request().get(`/v1/decisions/${body.results[0].decision_id}`).expect(200);
      expect(stored.body.warnings).toEqual(body.results[0].warnings);
    });

    it('scores 10,000 in one request, in order, and stores them by one commit', async () => {
      const transactions = Array.from({ length: 10_000 }, (_, at) => ({ ...example, transaction_id: at }));
      const { status, body } = await score({ transactions });
      expect(status).toBe(200);
      expect(body.scored).toBe(10_000);
      expect(body.results.every((result: { transaction_id: number }, at: number) => result.transaction_id === at)).toBe(
        true,
      );
      expect(await countStored(app, idsOf(body))).toBe(10_000);
      expect(await countCommits(app, idsOf(body))).toBe(1);
    });

    it('takes an empty list', async () => {
      expect((await score({ transactions: [] })).body).toEqual({ scored: 0, refused: 0, results: [] });
    });

    it.each([
      ['more than 10,000', { transactions: Array.from({ length: 10_001 }, () => ({})) }, 'transactions'],
      ['a list', [example], ''],
      ['nothing', '', ''],
      ['no list', { transactions: example }, 'transactions'],
      ['another field', { transactions: [], model: 'x' }, 'model'],
      ['a bare NaN', '{"transactions": [{"V1": 1}, {"V1": NaN}]}', 'transactions.1.V1'],
      ['a bare -Infinity', '{"transactions": [{"V1": -Infinity}]}', 'transactions.0.V1'],
    ])('refuses %s', async (_, sent, at) => {
      const { status, body } = await score(sent);
      expect(status).toBe(422);
      expect(body.errors[0].path).toBe(at);
    });

    it('knows no other model', async () => {
      const call = { path: '/v1/models/nobody/score/batch', body: { transactions: [] } };
      expect((await send(app, call, app.key)).status).toBe(404);
    });

    it('takes larger bodies than other routes, up to a limit', async () => {
      const body = JSON.stringify({ transactions: [], padding: 'x'.repeat(2_000_000) });
      expect((await score(body)).status).toBe(422);
      const announced = async (path: string, bytes: number): Promise<number> =>
        (await announceBody(app.url, { method: 'post', path }, bytes, app.key)).status;
      expect(await announced('/v1/models/credit-card/score', 2_000_000)).toBe(413);
      expect(await announced(path, 17_000_000)).toBe(413);
    });
  });
});

function idsOf({ results }: { results: { decision_id: string }[] }): string[] {
  return results.map(({ decision_id: id }) => id);
}
