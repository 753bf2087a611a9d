import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { startApp, type TestApp } from '../support/app.js';
import { ask, listedKey, makeKey } from '../support/keys.js';
import { waitFor } from '../support/wait-for.js';

describe('revoked keys', () => {
  let app: TestApp;
  let second: Awaited<ReturnType<TestApp['startSecondApi']>>;
  beforeAll(async () => {
    app = await startApp({ worker: false });
    second = await app.startSecondApi();
  });
  afterAll(() => app.stop());

  it('are refused at once by the process that was asked, and by the others', async () => {
    const { name, key } = await makeKey(app, [second.url]);
    await app.request().delete(`/v1/keys/${name}`).expect(204);
    const answer = await ask(app.url, key).expect(403);
    expect(answer.body.code).toBe('key_unknown');
    await waitFor(async () => (await ask(second.url, key)).status === 403);
    expect((await listedKey(app, name))?.revoked_at).toEqual(expect.any(String));
    await app.request().delete(`/v1/keys/${name}`).expect(204);
  });

  it('stay refused on both processes while others come and go and both are busy', async () => {
    const doomed = await makeKey(app, [second.url]);
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

  it('are refused before the keys are read again', async () => {
    const { name, key } = await makeKey(app, [second.url]);
    const client = await app.db.connect();
    try {
      await client.query('BEGIN; LOCK TABLE api_keys IN ACCESS EXCLUSIVE MODE');
      await app.db.query("SELECT pg_notify('revoked_keys', $1)", [name]);
      await waitFor(async () => (await ask(second.url, key)).status === 403);
      await ask(second.url, app.key).expect(200);
    } finally {
      await client.query('COMMIT');
      client.release();
    }
    // Nobody revoked it in truth: what the database says holds.
    await waitFor(async () => (await ask(second.url, key)).status === 200);
  });
});

describe('the key that API_KEY sets', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ worker: false });
  });
  afterAll(() => app.stop());

  it('cannot be revoked, and the answer says what to do', async () => {
    const answer = await app.request().delete('/v1/keys/administrator').expect(409);
    expect(answer.body.code).toBe('key_from_environment');
    expect(answer.body.detail).toContain('API_KEY');
    await ask(app.url, app.key).expect(200);
  });

  it('is not needed for ever, but one that manages is', async () => {
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

  it('is valid again after a start, whatever was done to it', async () => {
    await app.db.query(
      "UPDATE api_keys SET revoked_at = now(), expires_at = '2001-01-01Z' WHERE name = 'administrator'",
    );
    await app.db.query("SELECT pg_notify('api_keys', '')");
    await waitFor(async () => (await ask(app.url, app.key)).status === 403);
    const second = await app.startSecondApi();
    await ask(second.url, app.key).expect(200);
    await waitFor(async () => (await ask(app.url, app.key)).status === 200);
  });

  it('takes the place of the one before', async () => {
    const key = 'the-key-of-another-administrator';
    const second = await app.startSecondApi({ API_KEY: key });
    await ask(second.url, key).expect(200);
    await waitFor(async () => (await ask(app.url, app.key)).status === 403);
    await second.end();
    await app.startSecondApi();
    await waitFor(async () => (await ask(app.url, app.key)).status === 200);
  });

  it('cannot be one that was made for somebody, and the start says so in a line', async () => {
    const { name, key } = await makeKey(app, [app.url]);
    const line = `API_KEY: this is the key "${name}" already, revoked or not: set another; a good one: openssl rand -hex 32`;
    await expect(app.startSecondApi({ API_KEY: key })).rejects.toThrow(line);
    await ask(app.url, key).expect(200);
    await ask(app.url, app.key).expect(200);
  });
});
