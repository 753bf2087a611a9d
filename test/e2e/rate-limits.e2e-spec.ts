import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import { startApp, type TestApp } from '../support/app.js';
import { waitFor } from '../support/wait-for.js';

const LIMIT = 5;

describe('rate limits', () => {
  let app: TestApp;
  let urls: readonly string[];
  beforeAll(async () => {
    app = await startApp({ worker: false, env: { RATE_LIMIT_PER_MINUTE: String(LIMIT) } });
    await app.db.query("UPDATE api_keys SET rate_limit_per_minute = 0 WHERE name = 'administrator'");
    await app.db.query("SELECT pg_notify('api_keys', 'administrator')");
    urls = [app.url, (await app.startSecondApi()).url];
    // Every process hears of it by notification, a moment later.
    await waitFor(async () => {
      const answers = await Promise.all(urls.map((url) => ask(url, app.key)));
      return answers.every(({ headers }) => headers['ratelimit-limit'] === undefined);
    });
  });
  afterAll(() => app.stop());

  let made = 0;
  /** Makes a key that all processes know. Looking needs no key, and so is not counted. */
  const makeKey = async (request: object = {}): Promise<string> => {
    const name = `key-${++made}`;
    const { body } = await app
      .request()
      .post('/v1/keys')
      .send({ name, scopes: ['score'], ...request })
      .expect(201);
    const key = String(body.key);
    // Without the scope a request is refused before it is counted.
    for (const url of urls) {
      await waitFor(async () => {
        const answer = await supertest(url).get('/v1/keys').set('X-API-Key', key);
        return answer.body.code === 'scope_missing';
      });
    }
    return key;
  };
  const ask = (url: string, key: string) => supertest(url).get('/v1/models').set('X-API-Key', key);
  const statuses = async (count: number, url: (index: number) => string, key: string): Promise<number[]> => {
    const found: number[] = [];
    for (let index = 0; index < count; index++) found.push((await ask(url(index), key)).status);
    return found;
  };
  const alternately = (index: number): string => urls[index % urls.length] ?? '';
  const linesWith = (text: string): number => app.log().split(text).length - 1;

  it('hold over all processes together, and say so in headers and a problem', async () => {
    const key = await makeKey();
    const first = await ask(alternately(0), key).expect(200);
    expect(first.headers).toMatchObject({ 'ratelimit-limit': '5', 'ratelimit-remaining': '4' });
    const seconds = Number(first.headers['ratelimit-reset']);
    expect(seconds).toBeGreaterThanOrEqual(1);
    expect(seconds).toBeLessThanOrEqual(60);
    const second = await ask(alternately(1), key).expect(200);
    expect(second.headers['ratelimit-remaining']).toBe('3');
    expect(await statuses(3, alternately, key)).toEqual([200, 200, 200]);
    for (const url of urls) {
      const refused = await ask(url, key).expect(429);
      expect(refused.type).toBe('application/problem+json');
      expect(refused.body).toMatchObject({ status: 429, title: 'Too Many Requests', code: 'rate_limited' });
      expect(refused.headers).toMatchObject({ 'ratelimit-limit': '5', 'ratelimit-remaining': '0' });
      expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
      expect(refused.headers['retry-after']).toBe(refused.headers['ratelimit-reset']);
    }
  });

  it('let exactly as many through when all come at once', async () => {
    const key = await makeKey();
    const answers = await Promise.all(Array.from({ length: 30 }, (_, index) => ask(alternately(index), key)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(LIMIT);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(30 - LIMIT);
  });

  it('are those of the key, where it has its own', async () => {
    const tight = await makeKey({ rate_limit_per_minute: 1 });
    expect(await statuses(3, alternately, tight)).toEqual([200, 429, 429]);
    const wide = await makeKey({ rate_limit_per_minute: 10_000 });
    const answer = await ask(app.url, wide).expect(200);
    expect(answer.headers).toMatchObject({ 'ratelimit-limit': '10000', 'ratelimit-remaining': '9999' });
    expect(await statuses(2 * LIMIT, alternately, wide)).toEqual(Array(2 * LIMIT).fill(200));
    const free = await makeKey({ rate_limit_per_minute: 0 });
    expect(await statuses(2 * LIMIT, alternately, free)).toEqual(Array(2 * LIMIT).fill(200));
    expect((await ask(app.url, free)).headers).not.toHaveProperty('ratelimit-limit');
  });

  it.each(['/health/live', '/openapi.json'])('do not count %s', async (path) => {
    const key = await makeKey({ rate_limit_per_minute: 1 });
    for (let index = 0; index < 3; index++) {
      const answer = await supertest(app.url).get(path).set('X-API-Key', key).expect(200);
      expect(answer.headers).not.toHaveProperty('ratelimit-limit');
    }
    await ask(app.url, key).expect(200);
    await ask(app.url, key).expect(429);
  });

  it('hold per process while Redis is away, and for all together when it is back', async () => {
    const key = await makeKey();
    const later = await makeKey();
    await app.stopRedis();
    for (const url of urls) {
      expect(await statuses(LIMIT + 1, () => url, key)).toEqual([...Array<number>(LIMIT).fill(200), 429]);
    }
    await app.startRedis();
    await waitFor(async () => {
      await Promise.all(urls.map((url) => ask(url, key)));
      return linesWith('Redis counts requests again') === urls.length;
    });
    expect(await statuses(LIMIT + 1, alternately, later)).toEqual([...Array<number>(LIMIT).fill(200), 429]);
    expect(linesWith('Redis does not count requests')).toBe(urls.length);
  });
});
