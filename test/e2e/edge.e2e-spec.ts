import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { startApp, type TestApp } from '../support/app.js';
import { RawConnection } from '../support/raw-request.js';

const JSON_BODY = { 'Content-Type': 'application/json' };
const SIXTEEN_MEBIBYTES = 16 * 1_048_576;

describe('the edge of the API', () => {
  let app: TestApp;
  beforeAll(async () => {
    // A body of 16 MiB must not need half a gigabyte.
    app = await startApp({ worker: false, env: { NODE_OPTIONS: '--max-old-space-size=512' } });
  });
  afterAll(() => app.stop());

  const connections: RawConnection[] = [];
  afterEach(() => {
    for (const connection of connections.splice(0)) connection.end();
  });
  const connect = async (): Promise<RawConnection> => {
    const connection = await RawConnection.to(app.url);
    connections.push(connection);
    return connection;
  };
  const withKey = (): { 'X-API-Key': string } => ({ 'X-API-Key': app.key });

  describe('answers before a body has come', () => {
    const large = { ...JSON_BODY, 'Content-Length': SIXTEEN_MEBIBYTES };

    it.each([
      ['no key', '/invocations', {}, { code: 'key_missing' }],
      ['a wrong key', '/v1/fraud-score/batch', { 'X-API-Key': 'wrong' }, { code: 'key_unknown' }],
      ['a wrong key', '/v1/datasets', { 'X-API-Key': 'wrong' }, { code: 'key_unknown' }],
      ['no key', '/v2/models/credit-card/infer', {}, { error: 'Send your key in the X-API-Key header.' }],
    ])('403 to %s on %s', async (_, path, key, body) => {
      const answer = (await connect())
        .head('POST', path, { ...large, ...key })
        .send('[0,')
        .answer();
      expect(await answer).toMatchObject({ status: 403, body });
    });

    it('403 to a body that is much too large, and hangs up', async () => {
      const huge = { ...JSON_BODY, 'Content-Length': 64 * 1_048_576 };
      const connection = (await connect()).head('POST', '/invocations', huge).send('[0,');
      expect(await connection.answer()).toMatchObject({ status: 403, headers: { connection: 'close' } });
      await connection.closed();
    });

    it('403 to a body of unknown length, and hangs up', async () => {
      const connection = await connect();
      connection.head('POST', '/invocations', { ...JSON_BODY, 'Transfer-Encoding': 'chunked' }).send('3\r\n[0,\r\n');
      expect(await connection.answer()).toMatchObject({ status: 403, body: { code: 'key_missing' } });
      await connection.closed();
    });

    it('404 where there is nothing, with and without a key', async () => {
      for (const key of [{}, withKey()]) {
        const answer = (await connect()).head('POST', '/v1/nothing', { ...large, ...key }).answer();
        expect(await answer).toMatchObject({ status: 404, body: { code: 'not_found' } });
      }
    });

    it('413 to what is announced as too large', async () => {
      const answer = (await connect()).head('POST', '/v1/fraud-score', { ...large, ...withKey() }).answer();
      expect(await answer).toMatchObject({ status: 413, body: { code: 'too_large' } });
    });

    it('429 to a key that has sent all it may', async () => {
      const made = await app
        .request()
        .post('/v1/keys')
        .send({ name: 'once', scopes: ['score'], rate_limit_per_minute: 1 })
        .expect(201);
      const key = String(made.body.key);
      await supertest(app.url).get('/v1/models').set('X-API-Key', key).expect(200);
      const answer = await (await connect()).head('POST', '/invocations', { ...large, 'X-API-Key': key }).answer();
      expect(answer).toMatchObject({
        status: 429,
        body: { code: 'rate_limited' },
        headers: { 'ratelimit-limit': '1', 'ratelimit-remaining': '0', 'retry-after': expect.any(String) },
      });
    });

    it('422 in the middle of an upload, and hangs up', async () => {
      const type = { 'Content-Type': 'multipart/form-data; boundary=b', 'Content-Length': 1_048_576 };
      const connection = (await connect())
        .head('POST', '/v1/datasets', { ...type, ...withKey() })
        .send('--b\r\nContent-Disposition: form-data; name="wrong"; filename="a.csv"\r\n\r\n1,2');
      expect(await connection.answer()).toMatchObject({
        status: 422,
        body: { errors: [{ path: 'wrong' }] },
        headers: { connection: 'close' },
      });
      await connection.closed();
    });

    it.each([
      [413, '/v1/fraud-score', {}, 3],
      [413, '/v2/models/credit-card/infer', {}, 17],
      [403, '/invocations', { 'X-API-Key': 'wrong' }, 15],
    ])('%d that whoever sends to the end hears, every time: %s', async (status, path, headers, mebibytes) => {
      for (let times = 0; times < 10; times++) {
        const body = '9'.repeat(mebibytes * 1_048_576);
        await app.request().post(path).set(headers).type('json').send(body).expect(status);
      }
    });

    it('and drops what comes of it: the connection can be used again', async () => {
      const connection = (await connect()).head('POST', '/invocations', large).send('[');
      expect(await connection.answer()).toMatchObject({ status: 403, headers: { connection: 'keep-alive' } });
      connection.send(' '.repeat(SIXTEEN_MEBIBYTES - 1)).head('GET', '/health/live', {});
      expect(await connection.answer()).toMatchObject({ status: 200, body: { status: 'ok' } });
    });

    it('also what a parser took hold of and let go unread', async () => {
      const overlong = `multipart/form-data; boundary=${'b'.repeat(400)}`;
      const connection = (await connect())
        .head('POST', '/v1/datasets', { ...withKey(), 'Content-Type': overlong, 'Content-Length': 1_048_576 })
        .send('-'.repeat(1_048_576));
      expect(await connection.answer()).toMatchObject({ status: 422, headers: { connection: 'keep-alive' } });
      connection.head('GET', '/health/live', {});
      expect(await connection.answer()).toMatchObject({ status: 200, body: { status: 'ok' } });
    });
  });

  describe('tells who asks before it sends (Expect: 100-continue)', () => {
    const asking = { ...JSON_BODY, Expect: '100-continue' };

    it.each([
      ['no key', 403, '/invocations', { 'Content-Length': 100 }, false],
      ['no such path', 404, '/v1/nothing', { 'Content-Length': 100 }, true],
      ['a type that is not taken', 415, '/v1/keys', { 'Content-Type': 'text/csv', 'Content-Length': 100 }, true],
      ['a body that is too large', 413, '/v1/fraud-score', { 'Content-Length': SIXTEEN_MEBIBYTES }, true],
    ])('that it is refused, instead of to go on: %s', async (_, status, path, headers, key) => {
      const connection = (await connect()).head('POST', path, { ...asking, ...headers, ...(key && withKey()) });
      expect(await connection.answer()).toMatchObject({ status, headers: { connection: 'close' }, body: { status } });
      await connection.closed();
    });

    it('to go on, and answers what comes then', async () => {
      const connection = await connect();
      connection.head('POST', '/v1/keys', { ...asking, ...withKey(), 'Content-Length': 2 });
      expect(await connection.answer()).toMatchObject({ status: 100 });
      expect(await connection.send('{}').answer()).toMatchObject({ status: 422, body: { code: 'invalid_body' } });
      connection.head('GET', '/health/live', { Expect: '100-continue' });
      expect(await connection.answer()).toMatchObject({ status: 200 });
    });
  });

  it('refuses 16 MiB of numbers with a NaN among them by its place', async () => {
    const body = `[${'0,'.repeat(8_000_000)}NaN]`;
    const answer = await app.request().post('/invocations').type('json').send(body).expect(422);
    expect(answer.body.errors).toEqual([{ path: '8000000', message: 'must be a finite number, got NaN' }]);
  });

  describe('the type of a body', () => {
    it('is JSON where none is told', async () => {
      const text = '{"V1": "x"}';
      const answer = (await connect())
        .head('POST', '/v1/fraud-score', { ...withKey(), 'Content-Length': text.length })
        .send(text)
        .answer();
      expect(await answer).toMatchObject({ status: 503, body: { code: 'no_champion' } });
    });

    it.each([
      ['of a form', '/v1/fraud-score', 'multipart/form-data; boundary=b', 'send application/json.'],
      ['of XML', '/v1/keys', 'application/xml', 'send application/json.'],
      ['of CSV', '/v1/fraud-score', 'text/csv', 'send application/json.'],
      ['of XML', '/invocations', 'application/xml', 'send application/json or text/csv.'],
      ['of JSON', '/v1/datasets', 'application/json', 'send multipart/form-data.'],
      ['of no type that there is', '/v1/keys', 'garbage', 'send application/json.'],
    ])('is refused, and another one named: a body %s on %s', async (_, path, type, fix) => {
      const answer = await app.request().post(path).set('Content-Type', type).send('--b--').expect(415);
      expect(answer.body).toMatchObject({ code: 'unsupported_media_type', detail: expect.stringContaining(fix) });
    });

    it.each([
      ['no type', 'POST', '/v1/datasets', { 'Content-Length': 2 }, 'send multipart/form-data.'],
      ['no type', 'POST', '/v1/datasets', { 'Transfer-Encoding': 'chunked' }, 'send multipart/form-data.'],
      ['XML, and nothing in it', 'POST', '/v1/keys', { 'Content-Type': 'application/xml' }, 'send application/json.'],
      ['garbage, and nothing in it', 'DELETE', '/v1/keys/x', { 'Content-Type': 'garbage' }, 'send application/json.'],
    ])('is refused, and the right one named: %s, %s %s', async (_, method, path, headers, fix) => {
      const answer = (await connect()).head(method, path, { ...withKey(), ...headers }).answer();
      expect(await answer).toMatchObject({ status: 415, body: { detail: expect.stringContaining(fix) } });
    });

    it('is refused where it is packed, and the header named', async () => {
      const answer = await app
        .request()
        .post('/v1/fraud-score')
        .set({ ...JSON_BODY, 'Content-Encoding': 'gzip' })
        .send(gzipSync('{}').toString('latin1'))
        .expect(415);
      expect(answer.body.detail).toContain('Content-Encoding "gzip"');
      await app.request().post('/v1/keys').set('Content-Encoding', 'identity').send({}).expect(422);
    });

    it.each([
      ['/v1/keys', 'application/json', '{}', 'name'],
      ['/invocations', 'text/csv', '1,2', '0'],
    ])('may begin with a byte order mark: %s, %s', async (path, type, body, field) => {
      const plain = await app.request().post(path).set('Content-Type', type).send(body);
      const marked = await app.request().post(path).set('Content-Type', type).send(`\uFEFF${body}`);
      expect(plain.body).toMatchObject({
        errors: expect.arrayContaining([{ path: field, message: expect.any(String) }]),
      });
      expect(marked.body).toEqual({ ...plain.body, request_id: expect.any(String) });
    });
  });

  describe('under /v2', () => {
    it.each([
      ['an unknown path', 'get', '/v2/nothing', 'application/json', 404],
      ['an unknown path to post to', 'post', '/v2/nothing', 'application/json', 404],
      ['a path that cannot be decoded', 'get', '/v2/models/%ff', 'application/json', 404],
      ['a name of absurd length', 'get', `/v2/models/${'x'.repeat(200)}`, 'application/json', 404],
      ['another method', 'delete', '/v2', 'application/json', 405],
      ['garbage for a type', 'post', '/v2/models/credit-card/infer', 'garbage', 415],
      ['XML', 'post', '/v2/models/credit-card/infer', 'application/xml', 415],
    ] as const)('%s is an error in the protocol’s form', async (_, method, path, type, status) => {
      const request = app.request()[method](path);
      const answer = method === 'post' ? await request.set('Content-Type', type).send('{}') : await request;
      expect(answer.status).toBe(status);
      expect(answer.type).toBe('application/json');
      expect(answer.body).toEqual({ error: expect.any(String) });
      expect(answer.headers['x-request-id']).toBeDefined();
    });

    it('a body that is too large is one, too', async () => {
      const headers = { ...withKey(), ...JSON_BODY, 'Content-Length': SIXTEEN_MEBIBYTES + 1 };
      const answer = (await connect()).head('POST', '/v2/models/credit-card/infer', headers).answer();
      expect(await answer).toMatchObject({ status: 413, body: { error: expect.any(String) } });
    });

    it('ends with its path: /v2x is not the protocol’s', async () => {
      const answer = await app.request().get('/v2x').expect(404);
      expect(answer.type).toBe('application/problem+json');
    });
  });

  describe('paths', () => {
    it.each([
      ['get', '/v1/fraud-score', 'POST'],
      ['delete', '/v1/models', 'GET, HEAD, POST'],
      ['put', '/v1/models/credit-card', 'GET, HEAD'],
      ['post', '/health/', 'GET, HEAD'],
    ] as const)('say which methods they know: %s %s → 405', async (method, path, allow) => {
      const answer = await supertest(app.url)[method](path).expect(405);
      expect(answer.headers['allow']).toBe(allow);
      expect(answer.body).toMatchObject({ code: 'method_not_allowed', status: 405 });
    });

    it('may end with a slash', async () => {
      await supertest(app.url).get('/ping/').expect(200);
      await app.request().get('/v1/models/credit-card/').expect(200);
      await app.request().post('/fraud_detection/').send([]).expect(503);
      const page = await supertest(app.url).get('/docs/').expect(200);
      expect(page.text).toContain('swagger-ui');
      await app.request().get('/v1/models//versions').expect(404);
    });
  });
});
