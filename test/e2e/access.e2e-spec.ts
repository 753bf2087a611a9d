import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { startApp, type TestApp } from '../support/app.js';
import { exchange } from '../support/fuzz/raw.js';
import { waitFor } from '../support/wait-for.js';

/** Routes without a key. */
const OPEN = [
  'get /health',
  'get /health/live',
  'get /health/ready',
  'get /ping',
  'get /health-check/liveness',
  'get /api/v1/status',
  'get /doc',
  'get /v2/health/live',
  'get /v2/health/ready',
];

describe('access and errors', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ worker: false });
  });
  afterAll(() => app.stop());

  const withoutKey = (): ReturnType<typeof supertest> => supertest(app.url);

  describe('the key', () => {
    const routes = [
      ['get', '/v1/models'],
      ['post', '/v1/models'],
      ['get', '/v1/models/credit-card'],
      ['get', '/v1/models/credit-card/versions'],
      ['get', '/v1/models/credit-card/versions/1'],
      ['get', '/v1/models/credit-card/versions/1/artifact'],
      ['get', '/v1/models/credit-card/promotions'],
      ['post', '/v1/models/credit-card/promote'],
      ['post', '/v1/models/credit-card/rollback'],
      ['post', '/v1/models/credit-card/score'],
      ['post', '/v1/models/credit-card/score/batch'],
      ['post', '/v1/models/credit-card/train'],
      ['get', '/v1/training/1'],
      ['post', '/v1/datasets'],
      ['get', '/v1/decisions'],
      ['get', '/v1/decisions/019a0f5e-9d2b-7c61-8a55-1f0e3f6f3b7a'],
      ['post', '/v1/fraud-score'],
      ['post', '/v1/keys'],
      ['get', '/v1/keys'],
      ['delete', '/v1/keys/till'],
      ['post', '/v1/fraud-score/batch'],
      ['get', '/v1/model-info'],
      ['post', '/invocations'],
      ['post', '/api/v1/training'],
      ['post', '/api/v1/model/training'],
      ['get', '/api/v1/training/1'],
      ['get', '/api/v1/model/training/1'],
      ['post', '/api/v1/model/predict'],
      ['get', '/api/v1/model/healthy'],
      ['post', '/fraud_detection'],
    ] as const;
    const inferenceRoutes = [
      ['get', '/v2'],
      ['get', '/v2/models/credit-card'],
      ['get', '/v2/models/credit-card/ready'],
      ['get', '/v2/models/credit-card/versions/1'],
      ['get', '/v2/models/credit-card/versions/1/ready'],
      ['post', '/v2/models/credit-card/infer'],
      ['post', '/v2/models/credit-card/versions/1/infer'],
    ] as const;

    it.each(routes)('is asked for by %s %s', async (method, path) => {
      const answer = await withoutKey()[method](path).expect(403);
      expect(answer.type).toBe('application/problem+json');
      expect(answer.body).toMatchObject({ status: 403, code: 'key_missing', title: 'Forbidden' });
    });

    it.each(inferenceRoutes)('is asked for by %s %s, in the protocol’s form', async (method, path) => {
      const answer = await withoutKey()[method](path).expect(403);
      expect(answer.body).toEqual({ error: expect.stringContaining('X-API-Key') });
    });

    it('must be right', async () => {
      const answer = await withoutKey().get('/v1/models').set('X-API-Key', `${app.key}x`).expect(403);
      expect(answer.body.code).toBe('key_unknown');
    });

    it('is kept as a hash only', async () => {
      const { rows } = await app.db.query('SELECT * FROM api_keys');
      expect(rows).toHaveLength(1);
      expect(rows[0].key_hash).toMatch(/^[0-9a-f]{64}$/);
      expect(JSON.stringify(rows)).not.toContain(app.key);
    });

    it('may lack the scope', async () => {
      const key = 'a key for scoring only';
      await app.db.query(
        `INSERT INTO api_keys (name, key_hash, scopes) VALUES ('till', encode(sha256($1::bytea), 'hex'), '{score}')`,
        [key],
      );
      await app.db.query("SELECT pg_notify('api_keys', 'till')");
      // Every process hears of a new key by notification, a moment later.
      await waitFor(async () => (await withoutKey().get('/v1/models').set('X-API-Key', key)).status === 200);
      const answer = await withoutKey().post('/v1/models').set('X-API-Key', key).send({}).expect(403);
      expect(answer.body.code).toBe('scope_missing');
    });

    it.each(['/health', '/health/live', '/docs', '/openapi.json'])('is not needed for %s', async (path) => {
      await withoutKey().get(path).expect(200);
    });

    it('covers every route of the document but the health ones', async () => {
      const { paths } = (await withoutKey().get('/openapi.json').expect(200)).body as {
        paths: Record<string, Record<string, { security: unknown[] }>>;
      };
      const open = Object.entries(paths).flatMap(([path, methods]) =>
        Object.entries(methods).flatMap(([method, { security }]) => (security.length > 0 ? [] : [`${method} ${path}`])),
      );
      expect(open.sort()).toEqual([...OPEN].sort());
      const documented = Object.entries(paths).flatMap(([path, methods]) =>
        Object.keys(methods).map((method) => `${method} ${path.replace(/\{\w+\}/g, '*')}`),
      );
      const tested = [...routes, ...inferenceRoutes].map(([method, path]) =>
        `${method} ${path}`
          .replace('credit-card', '*')
          .replace('versions/1', 'versions/*')
          .replace(/(training|decisions|keys)\/.+$/, '$1/*'),
      );
      expect(documented.filter((route) => !OPEN.includes(route)).sort()).toEqual([...tested].sort());
    });
  });

  it('has its routes in the README, every one of them', async () => {
    const { paths } = (await withoutKey().get('/openapi.json').expect(200)).body as { paths: Record<string, object> };
    const readme = readFileSync('README.md', 'utf8');
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(routes.filter((route) => !readme.includes(`\`${route}\``))).toEqual([]);
  });

  describe('headers', () => {
    it('echo the request id and tell the time taken', async () => {
      const answer = await withoutKey().get('/health/live').set('X-Request-ID', 'abc-123').expect(200);
      expect(answer.headers['x-request-id']).toBe('abc-123');
      expect(Number(answer.headers['x-response-time-ms'])).toBeGreaterThan(0);
    });

    it.each([
      ['has a space', 'with space'],
      ['is too long', 'x'.repeat(200)],
    ])('replace an id that %s', async (_, id) => {
      const answer = await withoutKey().get('/health/live').set('X-Request-ID', id).expect(200);
      expect(answer.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    });
  });

  describe('errors', () => {
    it('are problem details with the request id', async () => {
      const answer = await app.request().get('/v1/nothing').set('X-Request-ID', 'r-1').expect(404);
      expect(answer.type).toBe('application/problem+json');
      expect(answer.body).toEqual({
        type: 'about:blank',
        title: 'Not Found',
        status: 404,
        detail: 'Cannot GET /v1/nothing',
        code: 'not_found',
        request_id: 'r-1',
      });
    });

    it.each([
      ['get', '/v1/models/nobody', 404, 'not_found'],
      ['get', '/v1/models/nobody/versions', 404, 'not_found'],
      ['get', '/v1/models/nobody/promotions', 404, 'not_found'],
      ['get', '/v1/models/credit-card/versions/1', 404, 'not_found'],
      ['get', '/v1/models/credit-card/versions/1a', 422, 'invalid_body'],
      ['get', '/v1/models/credit-card/versions/0/artifact', 422, 'invalid_body'],
      ['get', '/v1/training/4711', 404, 'not_found'],
      ['get', '/v1/training/99999999999999999999', 422, 'invalid_body'],
      ['get', '/v1/decisions/019a0f5e-9d2b-7c61-8a55-1f0e3f6f3b7a', 404, 'not_found'],
      ['get', "/v1/decisions/'; DROP TABLE decisions; --", 422, 'invalid_body'],
    ] as const)('%s %s → %d %s', async (method, path, status, code) => {
      const answer = await app.request()[method](encodeURI(path)).expect(status);
      expect(answer.body.code).toBe(code);
    });

    it.each([
      ['with a bare NaN', '{"V1": NaN}', 'application/json', 422, 'invalid_body'],
      ['that breaks off', '{"V1": ', 'application/json', 422, 'invalid_body'],
      ['that is empty', '', 'application/json', 422, 'invalid_body'],
      ['of XML', '<xml/>', 'application/xml', 415, 'unsupported_media_type'],
      ['of a form', 'a=1', 'application/x-www-form-urlencoded', 415, 'unsupported_media_type'],
      ['over a mebibyte', JSON.stringify({ V1: 'x'.repeat(1_100_000) }), 'application/json', 413, 'too_large'],
    ])('to a body %s', async (_, body, type, status, code) => {
      const answer = await app.request().post('/v1/fraud-score').set('Content-Type', type).send(body).expect(status);
      expect(answer.body).toMatchObject({ status, code });
    });

    const deep = (levels: number): string => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels);
    const definition = { name: 'x', label: 'y', features: [{ name: 'a', type: 'number' }] };
    it.each([
      ['a null for a default', '/v1/models/credit-card/train', '{"dataset":"http://h/","algorithm":null}', 'algorithm'],
      ['null parameters', '/v1/models/credit-card/train', '{"dataset":"http://h/","params":null}', 'params'],
      ['no data set', '/v1/models/credit-card/train', '{}', 'dataset'],
      ['deep nesting', '/v1/models/credit-card/train', `{"dataset":"http://h/","params":${deep(60_000)}}`, ''],
      ['deep nesting where nothing is known', '/v1/models', deep(60_000), ''],
      ['a list for a feature', '/v1/models', JSON.stringify({ ...definition, features: [[]] }), 'features'],
      ['no list of features', '/v1/models', JSON.stringify({ ...definition, features: {} }), 'features'],
      ['U+0000 in a text', '/v1/models', JSON.stringify({ ...definition, description: 'a\u0000b' }), 'description'],
      ['half a character', '/v1/models', JSON.stringify({ ...definition, description: '\ud800' }), 'description'],
      [
        'a forest that would fill the memory',
        '/v1/models/credit-card/train',
        '{"dataset":"http://h/","params":{"rounds":10000,"max_depth":20}}',
        'params',
      ],
    ])('name the field for %s', async (_, path, body, field) => {
      const answer = await app.request().post(path).type('json').send(body).expect(422);
      expect(answer.body.errors[0]).toMatchObject({ path: field });
    });

    it('name a hundred fields, not all', async () => {
      const unknown = (count: number): object =>
        Object.fromEntries(Array.from({ length: count }, (_, at) => [`f${at}`, 0]));
      const some = await app.request().post('/v1/keys').send(unknown(200)).expect(422);
      expect(some.body.errors).toHaveLength(100);
      const many = await app.request().post('/v1/keys').send(unknown(12_000)).expect(422);
      expect(many.body.errors).toEqual([{ path: '', message: 'must not hold more than 12000 values' }]);
    });

    it.each(['/v1/models/%00', '/v1/models/%00/versions', '/v1/models/%ff', `/v1/models/${'x'.repeat(200)}`])(
      'are 404 for the path %.30s',
      async (path) => {
        const answer = await app.request().get(path).expect(404);
        expect(answer.type).toBe('application/problem+json');
        expect(answer.headers['x-request-id']).toBe(answer.body.request_id);
      },
    );

    it('are none for an expectation that nobody knows', async () => {
      const answer = await exchange(
        app.url,
        'GET /health/live HTTP/1.1\r\nHost: x\r\nExpect: a miracle\r\nConnection: close\r\n\r\n',
        true,
      );
      expect(answer).toMatch(/^HTTP\/1.1 200 OK\r\n[^]*{"status":"ok"}$/);
    });

    it.each([
      [
        'with a field of broken JSON',
        'multipart/form-data; boundary=b',
        '--b\r\nContent-Disposition: form-data; name="simulated"\r\nContent-Type: application/json\r\n\r\n{\r\n--b--\r\n',
      ],
      ['without a boundary', 'multipart/form-data', 'x'],
      [
        'that breaks off',
        'multipart/form-data; boundary=b',
        '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n1',
      ],
    ])('refuse a multipart body %s', async (_, type, body) => {
      const answer = await app.request().post('/v1/datasets').set('Content-Type', type).send(body);
      expect(answer.status).toBe(422);
      expect(answer.type).toBe('application/problem+json');
    });

    it('name the part of an upload by an empty path where it has no name', async () => {
      const body = '--b\r\nContent-Disposition: form-data\r\n\r\ntrue\r\n--b--\r\n';
      const type = 'multipart/form-data; boundary=b';
      const answer = await app.request().post('/v1/datasets').set('Content-Type', type).send(body).expect(422);
      expect(answer.body.errors).toEqual([{ path: '', message: 'is not a field of an upload' }]);
    });
  });

  describe('health without a champion', () => {
    it('is alive, and not ready', async () => {
      await withoutKey().get('/health/live').expect(200, { status: 'ok' });
      const answer = await withoutKey().get('/health/ready').expect(503);
      expect(answer.body).toEqual({
        status: 'not_ready',
        checks: { database: true, queue: true, champions: false },
        models: {},
        not_loaded: {},
      });
    });
  });
});
