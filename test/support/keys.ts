import { randomBytes } from 'node:crypto';
import supertest from 'supertest';
import type { TestApp } from './app.js';
import { waitFor } from './wait-for.js';

export interface ListedKey {
  readonly name: string;
  readonly last_used_at: string | null;
  readonly revoked_at: string | null;
}

/** A request that any valid key may send. */
export function ask(url: string, key: string): supertest.Test {
  return supertest(url).get('/v1/models').set('X-API-Key', key);
}

/** Makes a key, and waits until the processes at `urls` know it. */
export async function makeKey(
  app: TestApp,
  urls: readonly string[],
  request: object = {},
): Promise<{ name: string; key: string }> {
  const name = `key-${randomBytes(4).toString('hex')}`;
  const { body } = await app
    .request()
    .post('/v1/keys')
    .send({ name, scopes: ['score'], ...request })
    .expect(201);
  const key = String(body.key);
  for (const url of urls) {
    await waitFor(async () => (await ask(url, key)).status === 200, { what: `${name} to be known at ${url}` });
  }
  return { name, key };
}

/** What the list of keys says of one; undefined where it is not there. */
export async function listedKey(app: TestApp, name: string): Promise<ListedKey | undefined> {
  const { body } = await app.request().get('/v1/keys').expect(200);
  return (body as ListedKey[]).find((each) => each.name === name);
}
