import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { startApp, type TestApp } from '../support/app.js';
import { waitFor } from '../support/wait-for.js';

interface ListedKey {
  readonly name: string;
  readonly last_used_at: string | null;
  readonly revoked_at: string | null;
}

describe('API keys', () => {
  let app: TestApp;
  let second: Awaited<ReturnType<TestApp['startSecondApi']>>;
  beforeAll(async () => {
    app = await startApp({ worker: false });
    second = await app.startSecondApi();
  });
  afterAll(() => app.stop());

  let made = 0;
  /** Makes a key that both processes know. */
  const makeKey = async (request: object = {}): Promise<{ name: string; key: string }> => {
    const name = `key-${++made}`;
    const { body } = await app
      .request()
      .post('/v1/keys')
      .send({ name, scopes: ['score'], ...request })
      .expect(201);
    const key = String(body.key);
    await waitFor(async () => (await ask(second.url, key)).status === 200, { what: `${name} on the second process` });
    return { name, key };
  };
  const ask = (url: string, key: string) => supertest(url).get('/v1/models').set('X-API-Key', key);
  const listed = async (name: string): Promise<ListedKey | undefined> => {
    const { body } = await app.request().get('/v1/keys').expect(200);
    return (body as ListedKey[]).find((each) => each.name === name);
  };

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
    expect(await listed('web-shop')).toEqual(shown);
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
    expect(await listed('refused')).toBeUndefined();
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
    const { key } = await makeKey({ expires_at: new Date(Date.now() + 3_000).toISOString() });
    for (const url of [app.url, second.url]) {
      const answer = await waitFor(async () => {
        const answer = await ask(url, key);
        return answer.status === 403 ? answer : null;
      });
      expect(answer.body.code).toBe('key_expired');
    }
  });

  describe('once revoked', () => {
    it('are refused at once by the process that was asked, and by the others', async () => {
      const { name, key } = await makeKey();
      await app.request().delete(`/v1/keys/${name}`).expect(204);
      const answer = await ask(app.url, key).expect(403);
      expect(answer.body.code).toBe('key_unknown');
      await waitFor(async () => (await ask(second.url, key)).status === 403);
      expect((await listed(name))?.revoked_at).toEqual(expect.any(String));
      await app.request().delete(`/v1/keys/${name}`).expect(204);
    });

    it('stay refused on both processes while others come and go and both are busy', async () => {
      const doomed = await makeKey();
      let busy = true;
      const crowd = [app.url, second.url].flatMap((url) =>
        Array.from({ length: 8 }, async () => {
          const statuses: number[] = [];
          while (busy) statuses.push((await ask(url, doomed.key)).status);
          return [...statuses, (await ask(url, doomed.key)).status];
        }),
      );
      const churn = async (url: string, prefix: string): Promise<void> => {
        for (let index = 0; index < 15; index++) {
          const administrator = supertest.agent(url).set('X-API-Key', app.key);
          await administrator
            .post('/v1/keys')
            .send({ name: `${prefix}-${index}`, scopes: ['score'] })
            .expect(201);
          if (index === 5 && prefix === 'left') await administrator.delete(`/v1/keys/${doomed.name}`).expect(204);
          await administrator.delete(`/v1/keys/${prefix}-${index}`).expect(204);
        }
      };
      await Promise.all([churn(app.url, 'left'), churn(second.url, 'right')]);
      await waitFor(async () => (await ask(second.url, doomed.key)).status === 403);
      busy = false;
      for (const statuses of await Promise.all(crowd)) {
        // Let in until a moment, and never again after it.
        const firstRefusal = statuses.indexOf(403);
        expect(firstRefusal).toBeGreaterThan(0);
        expect(new Set(statuses.slice(0, firstRefusal))).toEqual(new Set([200]));
        expect(new Set(statuses.slice(firstRefusal))).toEqual(new Set([403]));
      }
    });

    it.each(['nobody', 'No%20Such%20Name', '%00', 'a'.repeat(90)])('must have been there: %s', async (name) => {
      await app.request().delete(`/v1/keys/${name}`).expect(404);
    });
  });

  it('from the environment cannot be revoked, and the answer says what to do', async () => {
    const answer = await app.request().delete('/v1/keys/administrator').expect(409);
    expect(answer.body.code).toBe('key_from_environment');
    expect(answer.body.detail).toContain('API_KEY');
    await ask(app.url, app.key).expect(200);
  });

  it('always leave one that manages', async () => {
    const { rows } = await app.db.query("DELETE FROM api_keys WHERE name = 'administrator' RETURNING key_hash");
    const manager = async (name: string): Promise<string> => {
      const key = `a manager called ${name}`;
      await app.db.query(
        `INSERT INTO api_keys (name, key_hash, scopes) VALUES ($1, encode(sha256($2::bytea), 'hex'), '{manage}')`,
        [name, key],
      );
      return key;
    };
    const keys = [await manager('first'), await manager('second')];
    await app.db.query("SELECT pg_notify('api_keys', '')");
    for (const key of keys) await waitFor(async () => (await ask(app.url, key)).status === 200);
    // Each revokes the other, and both are let in before either is done: one of them must lose.
    const client = await app.db.connect();
    await client.query('BEGIN; LOCK TABLE api_keys IN ACCESS EXCLUSIVE MODE');
    const revocations = Promise.all(
      keys.map((key, index) =>
        supertest(app.url)
          .delete(`/v1/keys/${index === 0 ? 'second' : 'first'}`)
          .set('X-API-Key', key),
      ),
    );
    await waitFor(async () => {
      const waiting = await client.query(
        "SELECT 1 FROM pg_locks WHERE relation = 'api_keys'::regclass AND NOT granted",
      );
      return (waiting.rowCount ?? 0) >= 2;
    });
    await client.query('COMMIT');
    client.release();
    const answers = await revocations;
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.code).toBe('last_manager');
    await app.db.query(
      "INSERT INTO api_keys (name, key_hash, scopes) VALUES ('administrator', $1, '{score,train,manage}')",
      [rows[0].key_hash],
    );
    await app.db.query("SELECT pg_notify('api_keys', '')");
    await waitFor(async () => (await ask(app.url, app.key)).status === 200);
  });

  describe('remember their last use', () => {
    it('some seconds later', async () => {
      const { name } = await makeKey();
      const lastUse = await waitFor(async () => (await listed(name))?.last_used_at, { what: 'the last use' });
      expect(Date.parse(lastUse)).toBeLessThanOrEqual(Date.now());
    });

    it('when the process ends right after it, and the newest of all processes wins', async () => {
      const { name, key } = await makeKey();
      const third = await app.startSecondApi();
      const start = Date.now();
      await ask(third.url, key).expect(200);
      await third.end();
      expect(Date.parse((await listed(name))?.last_used_at ?? '')).toBeGreaterThanOrEqual(start);

      await app.db.query("UPDATE api_keys SET last_used_at = '2090-01-01Z' WHERE name = $1", [name]);
      const fourth = await app.startSecondApi();
      await ask(fourth.url, key).expect(200);
      await fourth.end();
      expect((await listed(name))?.last_used_at).toBe('2090-01-01T00:00:00.000Z');
    });
  });
});
