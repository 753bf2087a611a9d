import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exampleTransaction } from '@app/simulator';
import supertest from 'supertest';
import { startApp, type TestApp } from '../support/app.js';
import { exchange } from '../support/raw-request.js';
import { requestTraining, trainSimulated, untilTrained, uploadText } from '../support/training.js';
import { waitFor } from '../support/wait-for.js';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';

type Line = Readonly<Record<string, unknown>>;

/** The lines of JSON that the application has written. */
function linesOf(app: TestApp): readonly Line[] {
  return app
    .log()
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line);
}

function untilLogged(app: TestApp, id: string): Promise<Line> {
  return waitFor(() => linesOf(app).find((line) => line['request_id'] === id), { what: `the line of ${id}` });
}

describe('the log in production', () => {
  let app: TestApp;
  let home: string;
  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'fraud-home-'));
    app = await startApp({ env: { NODE_ENV: 'production', DRAIN_SECONDS: '0', HOME: home, XDG_CACHE_HOME: home } });
    await trainSimulated(app, 'credit-card');
  });
  afterAll(async () => {
    await app.stop();
    await rm(home, { recursive: true });
  });

  it('has a line for a scored request, with all that finds it and nothing of what it held', async () => {
    await app
      .request()
      .post('/v1/fraud-score')
      .set('X-Request-ID', 'scored-1')
      .set('traceparent', `00-${TRACE}-${SPAN}-01`)
      .send({ ...exampleTransaction('credit-card'), Amount: 98765.4321, transaction_id: 'secret-order' })
      .expect(200);
    const line = await untilLogged(app, 'scored-1');
    expect(line).toEqual({
      level: 'log',
      pid: app.pid,
      timestamp: expect.any(Number),
      message: 'request',
      context: 'Access',
      request_id: 'scored-1',
      trace_id: TRACE,
      method: 'POST',
      route: '/v1/fraud-score',
      status: 200,
      model: 'credit-card',
      version: 1,
      key: 'administrator',
      ms: expect.any(Number),
    });
  });

  it('has one for what was refused, by its pattern', async () => {
    await app
      .request()
      .post('/v1/models/credit-card/score')
      .set('X-Request-ID', 'bad-1')
      .send({ V1: 'pin' })
      .expect(422);
    expect(await untilLogged(app, 'bad-1')).toMatchObject({
      route: '/v1/models/:model/score',
      status: 422,
      model: 'credit-card',
      version: 1,
    });
    await supertest(app.url)
      .get('/v1/models/no-such?card=4111111111111111')
      .set({ 'X-Request-ID': 'no-key', 'X-API-Key': 'a-wrong-key' })
      .expect(403);
    expect(await untilLogged(app, 'no-key')).toMatchObject({
      route: '/v1/models/:model',
      status: 403,
      model: null,
      key: null,
    });
  });

  it.each([
    ['(none)', 400, 'FRAUD / HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['(none)', 400, 'GET / HTTP/1.1\r\nHost: x\r\nA: \u0001secret-header\r\n\r\n'],
    ['(none)', 431, `GET / HTTP/1.1\r\nHost: x\r\nA: ${'secret-header'.repeat(2_000)}\r\n\r\n`],
    ['CONNECT', 400, 'CONNECT secret-host:443 HTTP/1.1\r\nHost: x\r\n\r\n'],
  ])('has one for what cannot be read: %s, %d', async (method, status, bytes) => {
    const answer = await exchange(app.url, bytes, true);
    const line = await untilLogged(app, /^x-request-id: (\S+)/im.exec(answer)?.[1] ?? '');
    expect(line).toMatchObject({ message: 'request', context: 'Access', method, route: '(none)', status, key: null });
    expect(app.log()).not.toMatch(/secret-h/);
  });

  it('has only one for a body that cannot be read', async () => {
    const head = `POST /v1/fraud-score HTTP/1.1\r\nHost: x\r\nX-API-Key: ${app.key}\r\nX-Request-ID: bad-chunk\r\n`;
    const body = 'Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nno length\r\n';
    const answer = await exchange(app.url, head + body, true);
    expect(await untilLogged(app, 'bad-chunk')).toMatchObject({ route: '/v1/fraud-score' });
    const other = /^x-request-id: (\S+)/im.exec(answer)?.[1] ?? 'bad-chunk';
    await app.request().get('/v1/models').set('X-Request-ID', 'after-the-chunk').expect(200);
    await untilLogged(app, 'after-the-chunk');
    expect(linesOf(app).filter(({ request_id: id }) => id === 'bad-chunk' || id === other)).toHaveLength(1);
  });

  it('has the stack of what went wrong here, under the id that the client got', async () => {
    await app.db.query('ALTER TABLE promotions RENAME TO promotions_elsewhere');
    const path = '/v1/models/credit-card/promotions';
    const { body } = await app.request().get(path).set('X-Request-ID', 'broken-1').expect(500);
    await app.db.query('ALTER TABLE promotions_elsewhere RENAME TO promotions');
    expect(body).toMatchObject({ code: 'internal_error', request_id: 'broken-1' });
    const line = await waitFor(() =>
      linesOf(app).find(({ request_id: id, stack }) => id === 'broken-1' && stack !== undefined),
    );
    expect(line).toMatchObject({
      level: 'error',
      context: 'Request',
      stack: expect.stringMatching(/promotions.*\n +at /s),
    });
  });

  it('tells of a training when it begins and how it ended, and nothing of its data', async () => {
    const trainings = (id: number): unknown[] =>
      linesOf(app)
        .filter(({ message }) => String(message).startsWith(`training ${id}: `))
        .map(({ level, message }) => [level, message]);
    expect(trainings(1)).toEqual([
      ['log', 'training 1: begins, attempt 1'],
      ['log', expect.stringMatching(/^training 1: done in \d+\.\d s$/)],
    ]);
    const dataset = await uploadText(app, 'V1,secret-column\n1,secret-cell\n');
    const id = await requestTraining(app, 'credit-card', { dataset });
    const { error } = await untilTrained(app, id);
    expect(error?.code).toEqual(expect.any(String));
    expect(trainings(id)).toEqual([
      ['log', `training ${id}: begins, attempt 1`],
      ['warn', `training ${id}: failed, ${error?.code}`],
    ]);
    expect(app.log()).not.toMatch(/secret-c/);
  });

  it('names the key that was refused', async () => {
    const { body } = await app
      .request()
      .post('/v1/keys')
      .send({ name: 'till', scopes: ['train'] })
      .expect(201);
    await supertest(app.url)
      .post('/v1/fraud-score')
      .set({ 'X-Request-ID': 'no-scope', 'X-API-Key': String(body.key) })
      .send({})
      .expect(403);
    expect(await untilLogged(app, 'no-scope')).toMatchObject({ status: 403, key: 'till', model: null });
    await supertest(app.url)
      .post('/v1/fraud-score')
      .set({ 'X-Request-ID': 'not-json', 'X-API-Key': String(body.key), 'Content-Type': 'text/html' })
      .send('<p>')
      .expect(415);
    expect(await untilLogged(app, 'not-json')).toMatchObject({ status: 415, key: 'till' });
    expect(app.log()).not.toContain(String(body.key));
  });

  it('holds neither a key nor a value that was sent', async () => {
    await supertest(app.url).get('/secret-path').set('X-Request-ID', 'last').expect(404);
    expect(await untilLogged(app, 'last')).toMatchObject({ route: '(none)', status: 404 });
    const log = app.log();
    for (const secret of [
      app.key,
      'a-wrong-key',
      '98765',
      'secret-order',
      'secret-path',
      '4111111111111111',
      '"pin"',
    ]) {
      expect(log).not.toContain(secret);
    }
  });

  it('has the last lines of a process that is told to end', async () => {
    await app.request().get('/v1/models').set('X-Request-ID', 'before-the-end').expect(200);
    await app.restartApi();
    await untilLogged(app, 'before-the-end');
  });

  it('is JSON throughout', () => {
    const text = app
      .log()
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('--- '));
    expect(text.filter((line) => !line.startsWith('{'))).toEqual([]);
    expect(text.length).toBeGreaterThan(5);
  });

  it('leaves nothing in its home: ONNX Runtime would keep there what it tells its maker', async () => {
    expect(await readdir(home)).toEqual([]);
  });

  it('leaves probes out', async () => {
    await supertest(app.url).get('/health/live').set('X-Request-ID', 'probe').expect(200);
    await app.request().get('/v1/models').set('X-Request-ID', 'after-the-probe').expect(200);
    await untilLogged(app, 'after-the-probe');
    expect(app.log()).not.toContain('"probe"');
  });

  describe('traceparent', () => {
    const traceparent = async (sent?: string): Promise<string> => {
      const request = supertest(app.url).get('/health/live');
      if (sent !== undefined) void request.set('traceparent', sent);
      return String((await request.expect(200)).headers['traceparent']);
    };

    it('goes on with the trace that was sent', async () => {
      const answer = await traceparent(`00-${TRACE}-${SPAN}-01`);
      expect(answer).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-01$`));
      expect(answer).not.toContain(SPAN);
    });

    it.each([
      ['none', undefined],
      ['one of zeros', `00-${'0'.repeat(32)}-${SPAN}-01`],
      ['nonsense', 'trace me'],
    ])('begins a trace for %s', async (_, sent) => {
      expect(await traceparent(sent)).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    });
  });
});

describe('the log of level warn in development', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ env: { NODE_ENV: 'development', LOG_LEVEL: 'warn' }, worker: false });
  });
  afterAll(() => app.stop());

  it('has no line for what went well, and a readable one for what did not', async () => {
    await app.request().get('/v1/models').set('X-Request-ID', 'well').expect(200);
    await supertest(app.url).get('/health/ready').set('X-Request-ID', 'not-ready').expect(503);
    await waitFor(() => app.log().includes('not-ready'));
    expect(app.log()).toMatch(/WARN.*Access.*GET \/health\/ready 503 \d+(\.\d+)? ms \(no key\) not-ready/);
    expect(app.log()).not.toContain('well');
  });

  it('shows of level log what changes or fails, not what only reads', async () => {
    const { url } = await app.startSecondApi({ LOG_LEVEL: 'log' });
    await supertest(url).get('/ping').set('X-Request-ID', 'probed').expect(200);
    await supertest(url).get('/v1/models').set({ 'X-Request-ID': 'only-read', 'X-API-Key': app.key }).expect(200);
    await supertest(url).get('/v1/models/none').set({ 'X-Request-ID': 'not-found', 'X-API-Key': app.key }).expect(404);
    await supertest(url)
      .post('/v1/keys')
      .set({ 'X-Request-ID': 'changed', 'X-API-Key': app.key })
      .send({ name: 'till', scopes: ['score'] })
      .expect(201);
    await waitFor(() => app.log().includes('changed'));
    expect(app.log()).toContain('not-found');
    expect(app.log()).not.toMatch(/probed|only-read/);
  });
});
