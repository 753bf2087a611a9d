import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exampleTransaction } from '@app/simulator';
import { startApp, type TestApp } from '../support/app.js';
import { countCommits, countDecisions } from '../support/decisions.js';
import { makeKey } from '../support/keys.js';
import { trainSimulated, untilServing } from '../support/training.js';
import { waitFor } from '../support/wait-for.js';

const example = exampleTransaction('credit-card');
const row = Object.values(example);
const SCORE = '/v1/models/credit-card/score';
const BATCH = '/v1/models/credit-card/score/batch';
const INFER = '/v2/models/credit-card/infer';

const payment = exampleTransaction('payments');
const customers = [{ customer_id: 'c-1', ...exampleTransaction('credit-account') }];
const tensor = { name: 'features', shape: [1, row.length], datatype: 'FP64', data: row };

/** Every route that scores, with a body that it takes. */
const ROUTES: readonly { readonly path: string; readonly body: unknown; readonly type?: string }[] = [
  { path: SCORE, body: { ...example, transaction_id: 12.5 } },
  { path: `${SCORE}?explain=true`, body: { ...example, V14: -8, transaction_id: 'a "quoted" é' } },
  { path: BATCH, body: { transactions: [example, { ...example, V14: -8 }, { ...example, Amount: 1e8 }] } },
  { path: '/v1/fraud-score', body: example },
  { path: '/v1/fraud-score?ood=true', body: { ...example, Amount: 1e8 } },
  { path: '/v1/fraud-score/batch', body: [example, { ...example, V14: -8 }] },
  { path: '/api/v1/model/predict', body: payment },
  { path: '/fraud_detection', body: customers },
  { path: '/invocations', body: { 'order-1': example, 'order-2': { ...example, V14: -8 } } },
  { path: '/invocations', body: `${row.join()}\n${row.join()}\n`, type: 'text/csv' },
  { path: INFER, body: { id: 'request-1', inputs: [tensor] } },
];

interface Sent {
  readonly url?: string;
  readonly apiKey?: string;
  readonly type?: string;
}

describe('Idempotency-Key', () => {
  let app: TestApp;
  let second: Awaited<ReturnType<TestApp['startSecondApi']>>;
  beforeAll(async () => {
    app = await startApp();
    for (const model of ['credit-card', 'payments', 'credit-account'] as const) await trainSimulated(app, model);
    second = await app.startSecondApi();
  });
  afterAll(() => app.stop());

  const send = async (key: string, path: string, body: unknown, sent: Sent = {}) => {
    const { url = app.url, apiKey = app.key, type = 'application/json' } = sent;
    const answer = await fetch(url + path, {
      method: 'POST',
      headers: { 'X-API-Key': apiKey, 'Content-Type': type, 'Idempotency-Key': key },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    const { status, headers } = answer;
    return { status, headers, replayed: headers.get('idempotency-replayed'), text: await answer.text() };
  };
  const decisionsOn = async (transactionId: string): Promise<number> => {
    const { rows } = await app.db.query('SELECT count(*)::int AS n FROM decisions WHERE transaction_id = $1', [
      transactionId,
    ]);
    return rows[0].n;
  };

  it.each(ROUTES)(
    'gives the same answer to the same request, on any process: $path',
    async ({ path, body, ...options }) => {
      const key = randomUUID();
      const first = await send(key, path, body, options);
      expect({ status: first.status, replayed: first.replayed }).toEqual({ status: 200, replayed: null });
      const stored = await countDecisions(app);
      for (const url of [app.url, second.url]) {
        const again = await send(key, path, body, { ...options, url });
        expect(again).toMatchObject({ status: 200, replayed: 'true', text: first.text });
        expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'));
      }
      expect(await countDecisions(app)).toBe(stored);
    },
  );

  it('gives the same answer where an earlier release kept the parts of a transaction', async () => {
    const key = randomUUID();
    const first = await send(key, SCORE, { ...example, transaction_id: 4711 });
    const { decision_id: id } = JSON.parse(first.text) as { decision_id: string };
    await app.db.query('UPDATE decisions SET inputs = sent, sent = NULL WHERE id = $1', [id]);
    const again = await send(key, SCORE, { ...example, transaction_id: 4711 });
    expect(again).toMatchObject({ status: 200, replayed: 'true', text: first.text });
  });

  it('keeps what the release before needs to give the same answer', async () => {
    const { text } = await send(randomUUID(), SCORE, { ...example, transaction_id: 'both' });
    const { decision_id: id } = JSON.parse(text) as { decision_id: string };
    const { rows } = await app.db.query('SELECT inputs, sent FROM decisions WHERE id = $1', [id]);
    expect(rows).toEqual([{ inputs: rows[0].sent, sent: { ...example, transaction_id: 'both' } }]);
  });

  it('answers as without a key', async () => {
    for (const { path, body, type = 'application/json' } of ROUTES) {
      const headers = { 'X-API-Key': app.key, 'Content-Type': type };
      const sent = typeof body === 'string' ? body : JSON.stringify(body);
      const plain = await fetch(app.url + path, { method: 'POST', headers, body: sent });
      const keyed = await send(randomUUID(), path, body, { type });
      const withoutIds = (text: string): string => text.replace(/"decision_id":"[^"]+"/g, '');
      expect(withoutIds(keyed.text)).toBe(withoutIds(await plain.text()));
    }
  });

  it('refuses another request with the same key', async () => {
    const key = randomUUID();
    await send(key, SCORE, example);
    const others: [string, unknown][] = [
      [SCORE, { ...example, Amount: 7 }],
      [SCORE, `${JSON.stringify(example)} `],
      [SCORE, '{"V1": '],
      [`${SCORE}?explain=true`, example],
      ['/v1/fraud-score', example],
    ];
    const stored = await countDecisions(app);
    for (const [path, body] of others) {
      const { status, text } = await send(key, path, body);
      expect({ status, ...JSON.parse(text) }).toMatchObject({ status: 409, code: 'idempotency_key_reused' });
      expect(text).toContain('Idempotency-Key');
    }
    const inference = await send(key, INFER, { inputs: [tensor] });
    expect(inference.status).toBe(409);
    expect(JSON.parse(inference.text)).toEqual({ error: expect.stringContaining('Idempotency-Key') });
    expect(await countDecisions(app)).toBe(stored);
  });

  it.each([
    ['singles', SCORE, 'many-singles', 1],
    ['large batches', BATCH, 'many-batches', 700],
  ])('decides once when twenty come at once to two processes: %s', async (_, path, id, count) => {
    const key = randomUUID();
    const transaction = { ...example, transaction_id: id };
    const body = path === SCORE ? transaction : { transactions: Array.from({ length: count }, () => transaction) };
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_each, at) => send(key, path, body, { url: at % 2 === 0 ? app.url : second.url })),
    );
    const [first] = answers;
    for (const { status, text } of answers) expect({ status, text }).toEqual({ status: 200, text: first?.text });
    expect(answers.filter(({ replayed }) => replayed === null)).toHaveLength(1);
    expect(await decisionsOn(id)).toBe(count);
  });

  it('stores a large batch and its key by one commit', async () => {
    const key = randomUUID();
    const { text } = await send(key, BATCH, { transactions: Array.from({ length: 1_100 }, () => example) });
    const ids = JSON.parse(text).results.map(({ decision_id: id }: { decision_id: string }) => id);
    expect(await countCommits(app, ids)).toBe(1);
    const { rows } = await app.db.query(
      `SELECT decision_ids, xmin::text = (SELECT xmin::text FROM decisions WHERE id = $2) AS together
       FROM idempotency_keys WHERE key = $1`,
      [key, ids[0]],
    );
    expect(rows).toEqual([{ decision_ids: ids, together: true }]);
  });

  it('tells again of what a batch holds that does not fit', async () => {
    const key = randomUUID();
    const body = { transactions: [{ ...example, V7: 'x' }, example, null] };
    const first = await send(key, BATCH, body);
    expect(JSON.parse(first.text)).toMatchObject({ scored: 1, refused: 2 });
    expect(await send(key, BATCH, body)).toMatchObject({ replayed: 'true', text: first.text });
  });

  it('remembers nothing of a request on which nothing was decided', async () => {
    const key = randomUUID();
    expect((await send(key, SCORE, { ...example, V7: 'x' })).status).toBe(422);
    expect((await send(key, BATCH, { transactions: [null] })).status).toBe(200);
    expect((await send(key, '/v1/models/nobody/score', example)).status).toBe(404);
    expect(await send(key, SCORE, example)).toMatchObject({ status: 200, replayed: null });
  });

  it.each([
    ['nothing', ''],
    ['256 characters', 'x'.repeat(256)],
    ['what is not ASCII', 'é'],
    ['a tab', 'a\tb'],
  ])('refuses a key of %s', async (_, key) => {
    const { status, text } = await send(key, SCORE, example);
    expect({ status, ...JSON.parse(text) }).toMatchObject({
      status: 422,
      code: 'invalid_parameter',
      errors: [{ path: 'Idempotency-Key', message: expect.stringContaining('255') }],
    });
    expect((await send(key, INFER, { inputs: [tensor] })).status).toBe(400);
  });

  it('takes the longest key, and any printable character', async () => {
    const key = `"~ ${'x'.repeat(252)}`;
    const first = await send(key, SCORE, example);
    expect(first.status).toBe(200);
    expect(await send(key, SCORE, example)).toMatchObject({ replayed: 'true', text: first.text });
  });

  it('keeps the keys of clients apart', async () => {
    const { key: other } = await makeKey(app, [app.url]);
    const key = randomUUID();
    await send(key, SCORE, example);
    const answer = await send(key, SCORE, { ...example, Amount: 7 }, { apiKey: other });
    expect(answer).toMatchObject({ status: 200, replayed: null });
  });

  it('decides anew after 24 hours, for the same request or another', async () => {
    const key = randomUUID();
    const age = async (hours: string): Promise<void> => {
      await app.db.query(`UPDATE idempotency_keys SET created_at = now() - $2::interval WHERE key = $1`, [key, hours]);
    };
    const first = await send(key, SCORE, example);
    await age('23:59');
    expect(await send(key, SCORE, example)).toMatchObject({ replayed: 'true', text: first.text });
    await age('24:01');
    const anew = await send(key, SCORE, example);
    expect(anew.replayed).toBeNull();
    expect(JSON.parse(anew.text).decision_id).not.toBe(JSON.parse(first.text).decision_id);
    expect(await send(key, SCORE, example)).toMatchObject({ replayed: 'true', text: anew.text });
    await age('24:01');
    expect(await send(key, SCORE, { ...example, Amount: 7 })).toMatchObject({ status: 200, replayed: null });
  });

  it('decides anew where the decisions are gone', async () => {
    const key = randomUUID();
    const first = await send(key, SCORE, example);
    await app.db.query('DELETE FROM decisions WHERE id = $1', [JSON.parse(first.text).decision_id]);
    const anew = await send(key, SCORE, example);
    expect(anew).toMatchObject({ status: 200, replayed: null });
    expect(await send(key, SCORE, example)).toMatchObject({ replayed: 'true', text: anew.text });
  });

  it('deletes old keys, and no others', async () => {
    await app.db.query(`INSERT INTO idempotency_keys (api_key_id, key, request_hash, decision_ids, created_at)
      SELECT 1, 'old-' || n, sha256(''), ARRAY[gen_random_uuid()], now() - interval '25 hours'
      FROM generate_series(1, 6000) AS n`);
    const young = randomUUID();
    await send(young, SCORE, example);
    const another = await app.startSecondApi();
    const count = async (pattern: string): Promise<number> =>
      (await app.db.query('SELECT count(*)::int AS n FROM idempotency_keys WHERE key LIKE $1', [pattern])).rows[0].n;
    await waitFor(async () => (await count('old-%')) === 0, { what: 'the old keys to be gone' });
    expect(await count(young)).toBe(1);
    await another.end();
  });

  describe('while a decision cannot be stored', () => {
    /** Whoever stores a decision on a transaction of this id waits until the lock is free. */
    const HELD = 'held';
    const body = { ...example, transaction_id: HELD };
    beforeAll(async () => {
      await app.db.query(`CREATE FUNCTION wait_for_test() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN PERFORM pg_advisory_xact_lock(4711); RETURN NEW; END'`);
      await app.db.query(`CREATE TRIGGER wait_for_test BEFORE INSERT ON decisions FOR EACH ROW
        WHEN (NEW.transaction_id = '${HELD}') EXECUTE FUNCTION wait_for_test()`);
    });
    afterAll(() => app.db.query('DROP FUNCTION wait_for_test CASCADE'));

    const whileHeld = async <T>(work: () => Promise<T>): Promise<T> => {
      const client = await app.db.connect();
      await client.query('SELECT pg_advisory_lock(4711)');
      try {
        return await work();
      } finally {
        await client.query('SELECT pg_advisory_unlock(4711)');
        client.release();
      }
    };
    const untilWaiting = (): Promise<number> =>
      waitFor(async () => {
        const { rows } = await app.db.query(
          `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event = 'advisory'`,
        );
        return rows[0]?.pid;
      });
    const untilDecided = (key: string, url: string): ReturnType<typeof send> =>
      waitFor(async () => {
        const answer = await send(key, SCORE, body, { url });
        return answer.status === 200 ? answer : null;
      });

    it('is answered after it, also with DECISION_LOG=async, and sent again with the same key', async () => {
      const another = await app.startSecondApi({ DECISION_LOG: 'async' });
      const { url } = another;
      const key = randomUUID();
      const before = await decisionsOn(HELD);
      await whileHeld(async () => {
        const { status, headers, text } = await send(key, SCORE, body, { url });
        expect({ status, retry: headers.get('retry-after') }).toEqual({ status: 503, retry: '2' });
        expect(JSON.parse(text).code).toBe('busy');
        expect(await decisionsOn(HELD)).toBe(before);
      });
      await untilDecided(key, url);
      expect(await decisionsOn(HELD)).toBe(before + 1);
      await another.end();
    });

    it('no key is stuck whose process was killed, and nothing is decided twice', async () => {
      const key = randomUUID();
      const before = await decisionsOn(HELD);
      await whileHeld(async () => {
        const lost = send(key, SCORE, body).catch(() => 'no answer');
        await untilWaiting();
        process.kill(app.pid ?? NaN, 'SIGKILL');
        expect(await lost).toBe('no answer');
      });
      const { text } = await untilDecided(key, second.url);
      expect(await decisionsOn(HELD)).toBe(before + 1);
      await app.restartApi();
      expect(await send(key, SCORE, body)).toMatchObject({ replayed: 'true', text });
    });

    it('no key is stuck whose connection was lost', async () => {
      const key = randomUUID();
      const before = await decisionsOn(HELD);
      await whileHeld(async () => {
        const lost = send(key, SCORE, body);
        await app.db.query('SELECT pg_terminate_backend($1)', [await untilWaiting()]);
        expect((await lost).status).toBe(503);
      });
      expect(await untilDecided(key, app.url)).toMatchObject({ replayed: null });
      expect(await decisionsOn(HELD)).toBe(before + 1);
    });
  });

  describe('after a promotion', () => {
    it('tells what the version before has decided', async () => {
      const bodies: [string, unknown][] = [
        ['/v1/fraud-score', example],
        [SCORE, example],
        [INFER, { inputs: [tensor] }],
        ['/v2/models/credit-card/versions/1/infer', { inputs: [tensor] }],
      ];
      const first = await Promise.all(bodies.map(([path, body], at) => send(`before-${at}`, path, body)));
      const { version } = await trainSimulated(app, 'credit-card', { seed: 2 });
      await app.request().post('/v1/models/credit-card/promote').send({ version, reason: 'a test' }).expect(200);
      await untilServing(app, 'credit-card', version);
      const again = await Promise.all(bodies.map(([path, body], at) => send(`before-${at}`, path, body)));
      expect(again.map(({ status, text }) => ({ status, text }))).toEqual(
        first.map(({ text }) => ({ status: 200, text })),
      );
      expect(await send('after', '/v1/fraud-score', example)).toMatchObject({
        text: expect.stringContaining(`"model-version":"${version}"`),
      });
    });
  });
});
