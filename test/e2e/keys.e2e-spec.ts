import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { startApp, type TestApp } from '../support/app.js';
import { ask, listedKey, makeKey } from '../support/keys.js';
import { waitFor } from '../support/wait-for.js';

describe('API keys', () => {
  let app: TestApp;
  let second: Awaited<ReturnType<TestApp['startSecondApi']>>;
  beforeAll(async () => {
    app = await startApp({ worker: false });
    second = await app.startSecondApi();
  });
  afterAll(() => app.stop());

  it('are shown once, stored as hashes, and listed without either', async () => {
    const request = {
      name: 'web-shop',
      scopes: ['score', 'train'],
      expires_at: '2099-12-31T12:00:00+02:00',
      rate_limit_per_minute: 90,
    };
    const answer = await app.request().post('/v1/keys').send(request).expect(201);
    expect(answer.headers['cache-control']).toBe('no-store');
    const { key, ...shown } = answer.body;
    expect(key).toMatch(/^fs_[\w-]{43}$/);
    expect(shown).toEqual({
      ...request,
      expires_at: '2099-12-31T10:00:00.000Z',
      created_at: expect.any(String),
      last_used_at: null,
      revoked_at: null,
    });
    expect(await listedKey(app, 'web-shop')).toEqual(shown);
    const { rows } = await app.db.query('SELECT * FROM api_keys WHERE name = $1', ['web-shop']);
    expect(rows[0].key_hash).toMatch(/^[0-9a-f]{64}$/);
    expect(JSON.stringify(rows)).not.toContain(key);
  });

  it('let in at once, with their scopes alone', async () => {
    const { body } = await app
      .request()
      .post('/v1/keys')
      .send({ name: 'scorer', scopes: ['score'] })
      .expect(201);
    await ask(app.url, body.key).expect(200);
    const scored = await supertest(app.url).post('/v1/fraud-score').set('X-API-Key', body.key).send({}).expect(503);
    expect(scored.body.code).toBe('no_champion');
    for (const [method, path] of [
      ['get', '/v1/keys'],
      ['post', '/v1/keys'],
      ['delete', '/v1/keys/web-shop'],
      ['post', '/v1/models'],
      ['get', '/v1/training/1'],
    ] as const) {
      const answer = await supertest(app.url)[method](path).set('X-API-Key', body.key).expect(403);
      expect(answer.body.code).toBe('scope_missing');
    }
  });

  it.each([
    ['name', { name: 'Web Shop' }],
    ['name', { name: '' }],
    ['name', { name: 'x'.repeat(65) }],
    ['name', { name: 7 }],
    ['scopes', { scopes: [] }],
    ['scopes', { scopes: 'score' }],
    ['scopes', { scopes: ['score', 'score'] }],
    ['scopes', { scopes: ['everything'] }],
    ['expires_at', { expires_at: '2001-01-01T00:00:00Z' }],
    ['expires_at', { expires_at: '2099-12-31T00:00:00' }],
    ['expires_at', { expires_at: '2099-02-30T00:00:00Z' }],
    ['expires_at', { expires_at: '2099-12-31T23:59:60Z' }],
    ['expires_at', { expires_at: 4_102_444_800 }],
    ['rate_limit_per_minute', { rate_limit_per_minute: -1 }],
    ['rate_limit_per_minute', { rate_limit_per_minute: 2.5 }],
    ['rate_limit_per_minute', { rate_limit_per_minute: 3_000_000_000 }],
    ['key', { key: 'one that I chose' }],
  ])('are refused with what is wrong with %s: %j', async (path, wrong) => {
    const request = { name: 'refused', scopes: ['score'], ...wrong };
    const answer = await app.request().post('/v1/keys').send(request).expect(422);
    expect(answer.body.errors).toEqual([{ path, message: expect.any(String) }]);
    expect(await listedKey(app, 'refused')).toBeUndefined();
  });

  it('have names that are given once, also to two who ask at the same time', async () => {
    const answers = await Promise.all(
      [app.url, second.url, app.url, second.url].map((url) =>
        supertest(url)
          .post('/v1/keys')
          .set('X-API-Key', app.key)
          .send({ name: 'wanted', scopes: ['score'] }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    await app.request().delete('/v1/keys/wanted').expect(204);
    const again = await app
      .request()
      .post('/v1/keys')
      .send({ name: 'wanted', scopes: ['score'] })
      .expect(409);
    expect(again.body.code).toBe('key_exists');
    await app
      .request()
      .post('/v1/keys')
      .send({ name: 'administrator', scopes: ['score'] })
      .expect(409);
  });

  it('stop working when they expire, on every process', async () => {
    const { key } = await makeKey(app, [second.url], { expires_at: new Date(Date.now() + 3_000).toISOString() });
    for (const url of [app.url, second.url]) {
      const answer = await waitFor(async () => {
        const answer = await ask(url, key);
        return answer.status === 403 ? answer : null;
      });
      expect(answer.body.code).toBe('key_expired');
    }
  });

  describe('remember their last use', () => {
    it('some seconds later', async () => {
      const { name } = await makeKey(app, [second.url]);
      const lastUse = await waitFor(async () => (await listedKey(app, name))?.last_used_at, { what: 'the last use' });
      expect(Date.parse(lastUse)).toBeLessThanOrEqual(Date.now());
    });

    it('when the process ends right after it, and the newest of all processes wins', async () => {
      const { name, key } = await makeKey(app, [second.url]);
      const third = await app.startSecondApi();
      const start = Date.now();
      await ask(third.url, key).expect(200);
      await third.end();
      expect(Date.parse((await listedKey(app, name))?.last_used_at ?? '')).toBeGreaterThanOrEqual(start);

      await app.db.query("UPDATE api_keys SET last_used_at = '2090-01-01Z' WHERE name = $1", [name]);
      const fourth = await app.startSecondApi();
      await ask(fourth.url, key).expect(200);
      await fourth.end();
      expect((await listedKey(app, name))?.last_used_at).toBe('2090-01-01T00:00:00.000Z');
    });
  });
});
