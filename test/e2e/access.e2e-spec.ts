import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { startApp, type TestApp } from '../support/app.js';
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

describe('access', () => {
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
      ['get', '/v1/models/credit-card/versions/1/report'],
      ['get', '/v1/models/credit-card/policy'],
      ['get', '/v1/models/credit-card/policies'],
      ['post', '/v1/models/credit-card/policies'],
      ['get', '/v1/models/credit-card/promotion-settings'],
      ['put', '/v1/models/credit-card/promotion-settings'],
      ['get', '/v1/models/credit-card/promotions'],
      ['post', '/v1/models/credit-card/promote'],
      ['post', '/v1/models/credit-card/rollback'],
      ['post', '/v1/models/credit-card/score'],
      ['post', '/v1/models/credit-card/score/batch'],
      ['post', '/v1/models/credit-card/train'],
      ['get', '/v1/training/1'],
      ['post', '/v1/datasets'],
      ['get', '/v1/datasets'],
      ['get', '/v1/datasets/019a0f5e-9d2b-7c61-8a55-1f0e3f6f3b7a'],
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
      ['get', '/metrics'],
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
          .replace(/(training|datasets|decisions|keys)\/.+$/, '$1/*'),
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

  describe('health without a champion', () => {
    it('is alive, and not ready', async () => {
      await withoutKey().get('/health/live').expect(200, { status: 'ok' });
      const answer = await withoutKey().get('/health/ready').expect(503);
      expect(answer.body).toEqual({
        status: 'not_ready',
        checks: { database: true, queue: true, champions: false, accepting: true },
        models: {},
        not_loaded: {},
      });
    });
  });
});
