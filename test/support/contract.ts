import { expect, it } from '@jest/globals';
import supertest from 'supertest';
import type { TestApp } from './app.js';

/** One call that works, as a client of a replaced service sends it. */
export interface Call {
  readonly method?: 'get' | 'post';
  readonly path: string;
  readonly body?: unknown;
}

type Answer = supertest.Response;

/** Sends a call with a key of one's choice, or none. */
export async function send(app: TestApp, { method = 'post', path, body }: Call, key?: string): Promise<Answer> {
  const request = supertest(app.url)[method](path);
  if (key !== undefined) void request.set('X-API-Key', key);
  return body === undefined
    ? request
    : request.type('json').send(typeof body === 'string' ? body : JSON.stringify(body));
}

/** What the replaced services did not do: ask for a key. */
export function itAsksForAKey(app: () => TestApp, calls: readonly Call[]): void {
  it.each(calls.map((call) => [`${call.method ?? 'post'} ${call.path}`, call] as const))(
    'asks for a key: %s',
    async (_, call) => {
      expect((await send(app(), call)).status).toBe(403);
      expect((await send(app(), call, 'wrong')).status).toBe(403);
    },
  );
}

/** Without a champion: 503, and when to try again. */
export function itWaitsForAChampion(app: () => TestApp, calls: readonly Call[]): void {
  it.each(calls.map((call) => [`${call.method ?? 'post'} ${call.path}`, call] as const))(
    'has no champion at first, and says when to try again: %s',
    async (_, call) => {
      const answer = await send(app(), call, app().key);
      expect(answer.status).toBe(503);
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    },
  );
}

/** A hundred calls in a row and twenty at once, each with the answer that one alone gets. */
export function itStandsALoad(app: () => TestApp, call: Call): void {
  it('answers 100 calls in a row alike', async () => {
    const first = await send(app(), call, app().key);
    expect(first.status).toBe(200);
    for (let count = 1; count < 100; count++) {
      const { status, text } = await send(app(), call, app().key);
      expect({ status, text }).toEqual({ status: 200, text: first.text });
    }
  });

  it('answers 20 calls at once alike', async () => {
    const first = await send(app(), call, app().key);
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(app(), call, app().key)));
    expect(answers.map(({ status, text }) => ({ status, text }))).toEqual(
      Array.from({ length: 20 }, () => ({ status: 200, text: first.text })),
    );
  });
}
