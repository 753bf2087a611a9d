import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exampleTransaction } from '@app/simulator';
import supertest from 'supertest';
import { startApp, type TestApp } from '../support/app.js';
import { Samples } from '../support/metrics.js';
import { RawConnection } from '../support/raw-request.js';
import { trainSimulated } from '../support/training.js';
import { waitFor } from '../support/wait-for.js';

describe('an API that is told to end', () => {
  let app: TestApp;
  const connections: RawConnection[] = [];
  const transaction = exampleTransaction('credit-card');
  const body = JSON.stringify(transaction);
  const connect = async (): Promise<RawConnection> => {
    const connection = await RawConnection.to(app.url);
    connections.push(connection);
    return connection;
  };
  const score = (connection: RawConnection): RawConnection =>
    connection.head('POST', '/v1/fraud-score', {
      'X-API-Key': app.key,
      'Content-Type': 'application/json',
      'Content-Length': body.length,
    });
  const tell = (): void => {
    if (app.pid !== null) process.kill(app.pid, 'SIGTERM');
  };

  beforeAll(async () => {
    // Longer than the test: the second signal cuts it short.
    app = await startApp({ env: { DRAIN_SECONDS: '600', SHUTDOWN_SECONDS: '700' } });
    await trainSimulated(app, 'credit-card');
  });
  afterAll(async () => {
    for (const connection of connections) connection.end();
    await app.stop();
  });

  it('is not ready any more, answers all, closes its port, answers what comes on old connections, and ends', async () => {
    const [kept, refused, unused, halfSent] = [await connect(), await connect(), await connect(), await connect()];
    const alive = { status: 200, headers: { connection: 'keep-alive' } };
    expect(await score(kept).send(body).answer()).toMatchObject(alive);
    expect(await refused.head('GET', '/health/live', {}).answer()).toMatchObject(alive);
    score(halfSent).send(body.slice(0, 20));

    tell();
    const ready = await waitFor(async () => {
      const answer = await supertest(app.url).get('/health/ready');
      return answer.status === 503 ? answer : null;
    });
    const checks = { database: true, queue: true, champions: true, accepting: false };
    expect(ready.body).toMatchObject({ status: 'not_ready', checks });
    expect((await supertest(app.url).get('/v2/health/ready')).body).toEqual({ ready: false });
    // It does run, and is not to be killed.
    await supertest(app.url).get('/health/live').expect(200);
    expect(await score(kept).send(body).answer()).toMatchObject(alive);
    await app.request().post('/v1/fraud-score').send(transaction).expect(200);

    tell();
    await waitFor(() => isRefused(app.url), { what: 'the port to be closed' });
    const goodbye = { headers: { connection: 'close' } };
    expect(await score(kept).send(body).answer()).toMatchObject({ status: 200, ...goodbye });
    expect(await refused.head('GET', '/v1/models', {}).answer()).toMatchObject({ status: 403, ...goodbye });
    expect(await unused.head('GET', '/nothing', {}).answer()).toMatchObject({ status: 404, ...goodbye });
    await Promise.all([kept.closed(), refused.closed(), unused.closed()]);
    expect(app.running).toBe(true);
    expect(await halfSent.send(body.slice(20)).answer()).toMatchObject({ status: 200, ...goodbye });
    await waitFor(() => app.pid === null, { what: 'the end of the process' });
  });
});

describe('an API that has no time left to end', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ env: { SHUTDOWN_SECONDS: '2' } });
    await trainSimulated(app, 'credit-card');
  });
  afterAll(() => app.stop());

  it('closes connections that still have a request, and says what it gives up', async () => {
    const lock = await app.db.connect();
    await lock.query('BEGIN');
    await lock.query('LOCK TABLE decisions IN EXCLUSIVE MODE');
    const answer = app
      .request()
      .post('/v1/fraud-score')
      .send(exampleTransaction('credit-card'))
      .then(
        ({ status }) => status,
        (error: unknown) => String(error),
      );
    await waitFor(async () => {
      const { text } = await app.request().get('/metrics').expect(200);
      return new Samples(text).sum('fraud_decision_log_waiting') === 1;
    });
    if (app.pid !== null) process.kill(app.pid, 'SIGTERM');
    expect(await answer).toContain('socket hang up');
    await waitFor(() => app.pid === null, { what: 'the end of the process' });
    await lock.query('ROLLBACK');
    lock.release();
    expect(app.log()).toContain('closed connections with requests under way: 1; SHUTDOWN_SECONDS is nearly over');
    expect(app.log()).toMatch(/gave up after 2 s \(SHUTDOWN_SECONDS\): \d+ requests under way, 1 decisions not stored/);
    expect(app.exitCode).toBe(1);
  });
});

describe('a connection on which nothing comes', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ worker: false });
  });
  afterAll(() => app.stop());

  it('is kept for 75 seconds, as its answers say', async () => {
    const connection = await RawConnection.to(app.url);
    const { headers } = await connection.head('GET', '/health/live', {}).answer();
    expect(headers).toMatchObject({ connection: 'keep-alive', 'keep-alive': 'timeout=75' });
    connection.end();
  });

  it('is closed after KEEP_ALIVE_SECONDS', async () => {
    const second = await app.startSecondApi({ KEEP_ALIVE_SECONDS: '1' });
    const connection = await RawConnection.to(second.url);
    const { headers } = await connection.head('GET', '/health/live', {}).answer();
    expect(headers).toMatchObject({ 'keep-alive': 'timeout=1' });
    await connection.closed();
  });
});

async function isRefused(url: string): Promise<boolean> {
  try {
    (await RawConnection.to(url)).end();
    return false;
  } catch (error) {
    return String(error).includes('ECONNREFUSED');
  }
}
