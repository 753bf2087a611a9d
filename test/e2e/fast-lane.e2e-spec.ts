import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exampleTransaction } from '@app/simulator';
import { startApp, type TestApp } from '../support/app.js';
import { makeKey } from '../support/keys.js';
import { Samples } from '../support/metrics.js';
import { type RawAnswer, RawConnection } from '../support/raw-request.js';
import { trainSimulated } from '../support/training.js';
import { waitFor } from '../support/wait-for.js';

const CARD = exampleTransaction('credit-card');
const SCORE = '/v1/models/credit-card/score';
/** Means the same, but is not how most clients spell it. */
const UNUSUAL = 'application/json; charset="utf-8"';

describe('the fast lane', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
    await trainSimulated(app, 'credit-card', { rows: 3_000 }, { params: { rounds: 20 } });
    await trainSimulated(app, 'payments', { rows: 3_000 }, { params: { rounds: 20 } });
  });
  afterAll(() => app.stop());

  const counted = async (outcome: string): Promise<number> => {
    const { text } = await app.request().get('/metrics').expect(200);
    return new Samples(text).sum('fraud_fast_lane_requests_total', { outcome }) ?? 0;
  };
  /** So many requests have begun, the one that asks among them. */
  const underWay = (count: number): Promise<boolean> =>
    waitFor(
      async () => {
        const { text } = await app.request().get('/metrics').expect(200);
        return new Samples(text).sum('fraud_http_requests_in_flight') === count;
      },
      { what: `${count} requests under way` },
    );
  const head = (body: string, type = 'application/json', key = app.key) => ({
    'X-API-Key': key,
    'Content-Type': type,
    'Content-Length': Buffer.byteLength(body),
    'X-Request-ID': 'mine',
  });
  const send = async (path: string, body: string, type?: string): Promise<RawAnswer> => {
    const connection = await RawConnection.to(app.url);
    const answer = await connection.head('POST', path, head(body, type)).send(body).answer();
    connection.end();
    return answer;
  };
  /** What may differ between two answers to the same. */
  const settled = ({ status, headers, body }: RawAnswer) => ({
    status,
    names: Object.keys(headers).sort(),
    type: headers['content-type'],
    requestId: headers['x-request-id'],
    body: typeof body === 'object' ? { ...body, decision_id: null, instance: null } : body,
  });

  it.each([
    [SCORE, CARD],
    [SCORE, { ...CARD, transaction_id: 'ä "quoted" \\ \u2028' }],
    [SCORE, { ...CARD, transaction_id: 4711, Amount: 1e9 }],
    ['/v1/fraud-score', CARD],
    ['/api/v1/model/predict', exampleTransaction('payments')],
  ])('answers as the route does: %s %j', async (path, transaction) => {
    const body = JSON.stringify(transaction);
    const [answered, left] = [await counted('answered'), await counted('left')];
    const fast = await send(path, body);
    expect([await counted('answered'), await counted('left')]).toEqual([answered + 1, left]);
    const ordinary = await send(path, body, UNUSUAL);
    expect(await counted('answered')).toBe(answered + 1);
    expect(fast.status).toBe(200);
    expect(settled(fast)).toEqual(settled(ordinary));
  });

  it.each([
    ['no JSON', SCORE, '{"Time": NaN}'],
    ['nothing', SCORE, ' '],
    ['a list', SCORE, '[]'],
    ['a missing field', SCORE, JSON.stringify({ ...CARD, V7: undefined })],
    ['a text for a number', '/v1/fraud-score', JSON.stringify({ ...CARD, V7: '1' })],
    [
      'a part of a day',
      '/api/v1/model/predict',
      JSON.stringify({ ...exampleTransaction('payments'), day_of_month: 1.5 }),
    ],
  ])('leaves what does not fit to the route: %s', async (_, path, body) => {
    const left = await counted('left');
    const fast = await send(path, body);
    expect(await counted('left')).toBe(left + 1);
    expect(fast.status).toBe(422);
    expect(settled(fast)).toEqual(settled(await send(path, body, UNUSUAL)));
  });

  it('stores what was sent, to the last digit', async () => {
    const body = JSON.stringify({ ...CARD, Amount: 0 }).replace(
      '"Amount":0',
      '"Amount": 12.10000000000000000000000001',
    );
    const answer = await send(SCORE, body);
    const { decision_id: id } = answer.body as { decision_id: string };
    const { rows } = await app.db.query("SELECT sent->>'Amount' AS amount FROM decisions WHERE id = $1", [id]);
    expect(rows).toEqual([{ amount: '12.10000000000000000000000001' }]);
    const stored = await app.request().get(`/v1/decisions/${id}`).expect(200);
    expect(stored.body).toMatchObject({ inputs: { ...CARD, Amount: 12.1 } });
  });

  it('stores a number that JSON knows and jsonb does not', async () => {
    const body = JSON.stringify({ ...CARD, Amount: 0 }).replace('"Amount":0', '"Amount":1e-99999');
    const beside = Promise.all(Array.from({ length: 10 }, () => send(SCORE, JSON.stringify(CARD))));
    const answer = await send(SCORE, body);
    expect(answer.status).toBe(200);
    expect((await beside).map(({ status }) => status)).toEqual(Array(10).fill(200));
    const { decision_id: id } = answer.body as { decision_id: string };
    const stored = await app.request().get(`/v1/decisions/${id}`).expect(200);
    expect(stored.body.inputs).toEqual({ ...CARD, Amount: 0 });
    await expect(app.db.query('SELECT sent::jsonb FROM decisions WHERE id = $1', [id])).resolves.toBeDefined();
  });

  it.each([
    [
      'a field twice, once as nothing can be stored',
      (body: string) => body.replace('{', '{"transaction_id":"\\u0000",'),
    ],
    ['a field twice, once as a number of a million digits', (body: string) => body.replace('{', '{"Amount":1e999999,')],
    ['a number of thousands of zeros', (body: string) => body.replace(/"V7":[^,]+/, '"V7":1e-16000')],
  ])('stores what is spelled oddly as it was understood: %s', async (_, change) => {
    const body = change(JSON.stringify({ ...CARD, transaction_id: 'mine' }));
    const answer = await send(SCORE, body);
    expect(answer.status).toBe(200);
    const { decision_id: id } = answer.body as { decision_id: string };
    const { rows } = await app.db.query('SELECT sent::jsonb::text AS inputs FROM decisions WHERE id = $1', [id]);
    expect(rows[0].inputs.length).toBeLessThan(1_500);
    expect(JSON.parse(rows[0].inputs)).toEqual(JSON.parse(body));
  });

  it('answers what comes at once on one connection, one after the other, and drops it with its client', async () => {
    const body = JSON.stringify(CARD);
    const lock = await app.db.connect();
    await lock.query('BEGIN');
    await lock.query('LOCK TABLE decisions IN EXCLUSIVE MODE');
    const connection = await RawConnection.to(app.url);
    for (let sent = 0; sent < 3; sent++) connection.head('POST', SCORE, head(body)).send(body);
    await underWay(2);
    connection.end();
    await underWay(1);
    await lock.query('COMMIT');
    lock.release();
    await underWay(1);
  });

  it('decides once on a request after which another comes', async () => {
    const stored = async (): Promise<number> => {
      const { rows } = await app.db.query(
        "SELECT count(*)::int AS count FROM decisions WHERE transaction_id LIKE '% of two'",
      );
      return rows[0].count;
    };
    const bodyOf = (id: string): string => JSON.stringify({ ...CARD, transaction_id: id });
    const [first, second] = [bodyOf('first of two'), bodyOf('second of two')];
    const lock = await app.db.connect();
    await lock.query('BEGIN');
    await lock.query('LOCK TABLE decisions IN EXCLUSIVE MODE');
    const connection = await RawConnection.to(app.url);
    connection.head('POST', SCORE, head(first)).send(first);
    await underWay(2);
    connection.head('POST', SCORE, head(second));
    // Once these are answered, that was read.
    await underWay(2);
    await underWay(2);
    await lock.query('COMMIT');
    lock.release();
    connection.send(second);
    await waitFor(async () => (await stored()) >= 2, { what: 'both decisions' });
    await underWay(1);
    expect(await stored()).toBe(2);
    connection.end();
  });

  it('has a connection back after what it left to a route', async () => {
    const connection = await RawConnection.to(app.url);
    const send = (body: string): Promise<RawAnswer> => connection.head('POST', SCORE, head(body)).send(body).answer();
    expect(await send('{}')).toMatchObject({ status: 422 });
    expect(await connection.head('GET', '/v1/models', { 'X-API-Key': app.key }).answer()).toMatchObject({
      status: 200,
    });
    const answered = await counted('answered');
    expect(await send(JSON.stringify(CARD))).toMatchObject({ status: 200 });
    expect(await counted('answered')).toBe(answered + 1);
    connection.end();
  });

  it('answers a client that wants no other answer, and hangs up', async () => {
    const connection = await RawConnection.to(app.url);
    const body = JSON.stringify(CARD);
    const answered = await counted('answered');
    connection.head('POST', SCORE, { ...head(body), Connection: 'close' }).send(body);
    expect(await connection.answer()).toMatchObject({ status: 200, headers: { connection: 'close' } });
    await connection.closed();
    expect(await counted('answered')).toBe(answered + 1);
  });

  it('takes those of a key that may send little, up to its limit', async () => {
    const { key } = await makeKey(app, [app.url], { rate_limit_per_minute: 10 });
    const body = JSON.stringify(CARD);
    const answered = await counted('answered');
    const connection = await RawConnection.to(app.url);
    const answers: RawAnswer[] = [];
    while (answers.at(-1)?.status !== 429) {
      answers.push(
        await connection
          .head('POST', SCORE, head(body, 'application/json', key))
          .send(body)
          .answer(),
      );
    }
    connection.end();
    expect(answers.slice(0, -1).map(({ status }) => status)).toEqual(Array(answers.length - 1).fill(200));
    const left = answers.map(({ headers }) => Number(headers['ratelimit-remaining']));
    expect(left).toEqual([...Array.from({ length: left.length - 1 }, (_, at) => left.length - 2 - at), 0]);
    expect(await counted('answered')).toBe(answered + answers.length - 1);
  });

  it('takes a body that comes in pieces, even within a character', async () => {
    const body = Buffer.from(JSON.stringify({ ...CARD, transaction_id: 'ä' }));
    const middle = body.indexOf('ä') + 1;
    const connection = await RawConnection.to(app.url);
    connection.head('POST', SCORE, head(body.toString()));
    await underWay(2);
    connection.send(body.subarray(0, middle));
    await underWay(2);
    connection.send(body.subarray(middle));
    expect(await connection.answer()).toMatchObject({ status: 200, body: { transaction_id: 'ä' } });
    connection.end();
  });

  it('does not answer a key that is revoked while the body comes', async () => {
    const { name, key } = await makeKey(app, [app.url]);
    const body = JSON.stringify(CARD);
    const connection = await RawConnection.to(app.url);
    connection.head('POST', SCORE, head(body, 'application/json', key)).send(body.slice(0, 10));
    await underWay(2);
    await app.request().delete(`/v1/keys/${name}`).expect(204);
    expect(await connection.send(body.slice(10)).answer()).toMatchObject({ status: 403 });
    connection.end();
  });

  it('counts a client that hangs up before its body is there', async () => {
    const hungUp = async (): Promise<number> => {
      const { text } = await app.request().get('/metrics').expect(200);
      return new Samples(text).sum('fraud_http_request_duration_seconds_count', { status: 499 }) ?? 0;
    };
    const before = await hungUp();
    const connection = await RawConnection.to(app.url);
    connection.head('POST', SCORE, head(JSON.stringify(CARD))).send('{"Ti');
    await underWay(2);
    connection.end();
    await waitFor(async () => (await hungUp()) === before + 1, { what: 'status 499' });
    await underWay(1);
  });

  it('gives each of many at once its own answer', async () => {
    const amounts = Array.from({ length: 300 }, (_, at) => at / 4);
    const score = async (amount: number, type?: string) => {
      const body = JSON.stringify({ ...CARD, Amount: amount, transaction_id: `of ${amount}` });
      const answer = await send(SCORE, body, type);
      return answer.body as { probability: number; transaction_id: string } satisfies object;
    };
    const together = await Promise.all(amounts.map((amount) => score(amount)));
    expect(together.map(({ transaction_id: id }) => id)).toEqual(amounts.map((amount) => `of ${amount}`));
    for (const at of [0, 99, 299]) {
      const alone = await score(amounts[at] ?? NaN, UNUSUAL);
      expect(together[at]?.probability).toBe(alone.probability);
    }
  });
});
