import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApp, type TestApp } from '../support/app.js';
import { ask, listedKey } from '../support/keys.js';
import { commandsBelow, inShell } from '../support/production-guide.js';
import { waitFor } from '../support/wait-for.js';

/** With the production guide's own commands. */
describe('keys', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp({ worker: false });
  });
  afterAll(() => app.stop());

  it('of clients are replaced without a request that is refused', async () => {
    const created = await app
      .request()
      .post('/v1/keys')
      .send({ name: 'web-shop', scopes: ['score'] })
      .expect(201);
    const old = String(created.body.key);
    await ask(app.url, old).expect(200);
    const [make = '', look = '', revoke = '', ...others] = commandsBelow("A client's key");
    expect(others).toEqual([]);
    const shell = (commands: string): Promise<string> =>
      inShell(commands, { cwd: app.dataDir, env: { API_URL: app.url, API_KEY: app.key } });

    const made = JSON.parse(await shell(make)) as { name: string; key: string };
    expect(made.name).toBe('web-shop-2');
    for (const key of [old, made.key]) await ask(app.url, key).expect(200);

    const uses = async (): Promise<Record<string, string | null>> => {
      const keys = JSON.parse(await shell(look)) as { name: string; last_used_at: string | null }[];
      return Object.fromEntries(keys.map((each) => [each.name, each.last_used_at]));
    };
    await waitFor(async () => (await uses())['web-shop-2'], { what: 'the use of the new key to be told' });
    expect((await uses())['web-shop']).toEqual(expect.any(String));

    await shell(revoke);
    await ask(app.url, old).expect(403);
    await ask(app.url, made.key).expect(200);
    expect((await listedKey(app, 'web-shop'))?.revoked_at).toEqual(expect.any(String));
  });

  it('of the administrator are replaced on every process at once', async () => {
    const fresh = randomBytes(32).toString('hex');
    const second = await app.startSecondApi({ API_KEY: fresh });
    for (const url of [second.url, app.url]) {
      await waitFor(async () => (await ask(url, fresh)).status === 200);
      await waitFor(async () => (await ask(url, app.key)).status === 403);
    }
  });
});
