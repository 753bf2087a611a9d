import { isOutage } from '@app/common';
import { loadConfig } from '@app/config';
import { type DecisionRecord, DecisionStore } from '@app/scoring';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { startApp, type TestApp } from '../support/app.js';
import { DatabaseProxy } from '../support/database-proxy.js';
import { waitFor } from '../support/wait-for.js';

const USUAL: DecisionRecord = {
  id: '',
  decidedAt: Date.parse('2026-11-21T12:34:56.789Z'),
  modelId: 1,
  versionId: 2,
  policyVersion: 3,
  transactionId: 'order 1',
  inputs: '{"amount":12.50,"Name":"x"}',
  probability: 0.1 + 0.2,
  score: 30,
  decision: 'review',
  isFraud: false,
  reasons: [{ feature: 'amount', value: 12.5, contribution: -0.25 }],
  warnings: [{ code: 'out_of_range', feature: 'amount', message: '“12.5” lies outside' }],
  decidedFor: 'shop',
};

describe('the store of decisions', () => {
  let app: TestApp;
  let store: DecisionStore;
  beforeAll(async () => {
    app = await startApp({ worker: false });
    store = new DecisionStore(
      loadConfig(
        {
          DATABASE_URL: app.databaseUrl,
          REDIS_URL: 'redis://127.0.0.1',
          API_KEY: app.key,
        },
        'api',
      ),
    );
  });
  afterAll(async () => {
    await store.close();
    await app.stop();
  });

  const record = (change: Partial<DecisionRecord> = {}): DecisionRecord => ({
    ...USUAL,
    id: uuidv7(),
    ...change,
  });

  const stored = async (records: readonly DecisionRecord[]): Promise<unknown[]> => {
    const { rows } = await app.db.query(
      `SELECT (extract(epoch FROM decided_at) * 1000)::float8 AS "decidedAt", model_id AS "modelId", version_id AS "versionId",
              policy_version AS "policyVersion", transaction_id AS "transactionId", sent::text AS inputs, probability, score, decision,
              is_fraud AS "isFraud", reasons, warnings, decided_for AS "decidedFor", id
       FROM decisions WHERE id = ANY($1) ORDER BY id`,
      [records.map(({ id }) => id)],
    );
    return rows;
  };

  /** As PostgreSQL shows what was put in. */
  const expected = (records: readonly DecisionRecord[]): unknown[] =>
    records.map((each) => ({
      ...each,
      transactionId: each.transactionId === null ? null : String(each.transactionId),
    }));

  it.each<[string, Partial<DecisionRecord>]>([
    ['usual', {}],
    [
      'empty',
      {
        transactionId: null,
        policyVersion: null,
        reasons: [],
        warnings: [],
        inputs: '{}',
      },
    ],
    ['a number for an id', { transactionId: Number.MAX_SAFE_INTEGER }],
    ['an empty id', { transactionId: '' }],
    ['signs of lists and tables', { transactionId: 'a\t"b\\N\n{c,}', decidedFor: 'x\\y,"z"' }],
    [
      'several alphabets',
      {
        transactionId: 'Zürich 東京 👍',
        decidedFor: 'ключ',
        inputs: '{"name":"Łódź 😀"}',
      },
    ],
    ['longer than what is spelled by hand', { decidedFor: 'n'.repeat(25), transactionId: 'ö'.repeat(200) }],
    [
      'extremes',
      {
        probability: 1,
        score: 100,
        decision: 'block',
        isFraud: true,
        modelId: 2 ** 31 - 1,
      },
    ],
    ['a tiny probability', { probability: 5e-324, score: 0, decision: 'approve' }],
    ['the first moment', { decidedAt: 0 }],
    ['a moment before 2000', { decidedAt: Date.parse('1999-12-31T23:59:59.999Z') }],
    ['a moment far ahead', { decidedAt: Date.parse('2199-01-01T00:00:00.001Z') }],
    ['numbers as they were sent', { inputs: '{"amount":1234567890.12345678901234567890, "x": 1e-7}' }],
  ])('keeps every value: %s', async (_, change) => {
    const records = [record(change)];
    await store.store(records);
    expect(await stored(records)).toEqual(expected(records));
  });

  it('keeps the same in the way that is tried again', async () => {
    const records = [record({ transactionId: 'once' }), record({ decidedFor: 'Übung, "zwei"' })];
    await store.store(records);
    await store.store(records, true);
    const others = records.map((each) => ({ ...each, id: uuidv7() }));
    await store.store(others, true);
    expect(await stored(records)).toEqual(expected(records));
    expect(await stored(others)).toEqual(expected(others));
  });

  it('keeps many, also where the message has to grow', async () => {
    const records = Array.from({ length: 1_201 }, (_, at) =>
      record({
        transactionId: at,
        inputs: JSON.stringify({ at, text: 'ü'.repeat(at) }),
      }),
    );
    await store.store(records);
    expect(await stored(records)).toEqual(expected(records));
    const after = record();
    await store.store([after]);
    expect(await stored([after])).toEqual(expected([after]));
  });

  it.each([
    ['a text with U+0000', { transactionId: 'a\0b' }],
    ['no JSON', { inputs: '{' }],
    ['a probability above one', { probability: 1.5 }],
  ])('stores none of those that PostgreSQL refuses one of, and goes on: %s', async (_, change) => {
    const records = [record(), record(change), record()];
    await expect(store.store(records)).rejects.toMatchObject({
      code: expect.stringMatching(/^2[23]/),
    });
    expect(await stored(records)).toEqual([]);
    const after = record();
    await store.store([after]);
    expect(await stored([after])).toHaveLength(1);
  });

  it('hears of a connection that breaks without a word, and makes another', async () => {
    const proxy = await DatabaseProxy.before(app.databaseUrl);
    const far = new DecisionStore(
      loadConfig({ DATABASE_URL: proxy.url, REDIS_URL: 'redis://127.0.0.1', API_KEY: app.key }, 'api'),
    );
    const lock = await app.db.connect();
    try {
      await lock.query('BEGIN; LOCK TABLE decisions');
      const waiting = far.store([record()]).then(
        () => 'stored',
        (error: unknown) => error,
      );
      const isWaiting = async (): Promise<boolean> =>
        (await app.db.query(`SELECT FROM pg_locks WHERE NOT granted AND relation = 'decisions'::regclass`)).rowCount ===
        1;
      await waitFor(isWaiting, { what: 'the statement' });
      proxy.cut();
      expect(isOutage(await waiting)).toBe(true);
      await lock.query('ROLLBACK');
      const after = record();
      await far.store([after]);
      expect(await stored([after])).toHaveLength(1);
    } finally {
      lock.release(true);
      await far.close();
      proxy.stop();
    }
  });

  it('says that one is there already', async () => {
    const records = [record()];
    await store.store(records);
    await expect(store.store(records)).rejects.toMatchObject({ code: '23505' });
  });
});
