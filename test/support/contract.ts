import { STATUS_CODES } from 'node:http';
import { expect, it } from '@jest/globals';
import supertest from 'supertest';
import type { TestApp } from './app.js';
import { countDecisions } from './decisions.js';

/** One call that works, as a client of a replaced service sends it. */
export interface Call {
  readonly method?: 'get' | 'post';
  readonly path: string;
  readonly body?: unknown;
}

type Answer = supertest.Response;

/** Sends a call with a key of one's choice, or none. A text goes as it is. */
export async function send(app: TestApp, { method = 'post', path, body }: Call, key?: string): Promise<Answer> {
  const request = supertest(app.url)[method](path);
  if (key !== undefined) void request.set('X-API-Key', key);
  return body === undefined
    ? request
    : request.type('json').send(typeof body === 'string' ? body : JSON.stringify(body));
}

/** A body in which a field has a bare `NaN`, `Infinity` or `-Infinity`, as Python writes them. */
export function bare(body: unknown, field: string, token: string): string {
  const text = JSON.stringify(body);
  const replaced = text.replace(new RegExp(`"${field}":[^,}]+`), `"${field}": ${token}`);
  if (replaced === text) throw new Error(`there is no ${field} in ${text}`);
  return replaced;
}

export interface Refusal {
  readonly status: number;
  readonly code: string;
  /** Of the first wrong field. */
  readonly path?: string;
}

/** A refusal to the letter: in the form of the Open Inference Protocol under `/v2`, else as problem details. */
export function expectRefusal(call: Call, answer: Answer, { status, code, path }: Refusal): void {
  const inference = call.path.startsWith('/v2');
  expect({ status: answer.status, type: answer.type }).toEqual({
    status,
    type: inference ? 'application/json' : 'application/problem+json',
  });
  const text = expect.stringMatching(/./);
  if (inference) {
    expect(answer.body).toEqual({ error: text });
    return;
  }
  expect(answer.body).toEqual({
    type: 'about:blank',
    title: STATUS_CODES[status],
    status,
    detail: text,
    code,
    request_id: answer.headers['x-request-id'],
    ...(path !== undefined && { errors: expect.any(Array) }),
  });
  if (path !== undefined) expect(answer.body.errors[0]).toEqual({ path, message: text });
}

/** What the replaced services did not do: ask for a key. */
export function itAsksForAKey(app: () => TestApp, calls: readonly Call[]): void {
  it.each(named(calls))('asks for a key: %s', async (_, call) => {
    expectRefusal(call, await send(app(), call), { status: 403, code: 'key_missing' });
    for (const key of ['wrong', `${app().key}x`]) {
      expectRefusal(call, await send(app(), call, key), { status: 403, code: 'key_unknown' });
    }
  });
}

/** Without a champion: 503, and when to try again. */
export function itWaitsForAChampion(app: () => TestApp, calls: readonly Call[]): void {
  it.each(named(calls))('has no champion at first, and says when to try again: %s', async (_, call) => {
    const answer = await send(app(), call, app().key);
    expectRefusal(call, answer, { status: 503, code: 'no_champion' });
    expect(answer.headers['retry-after']).toMatch(/^[1-9]\d*$/);
  });
}

/** Bodies that do not fit: 422 that names the first wrong field, and nothing is decided. */
export function itRefuses(app: () => TestApp, call: Call, cases: readonly [string, unknown, string][]): void {
  it.each(cases)('refuses %s', async (_, body, path) => {
    const before = await countDecisions(app());
    const answer = await send(app(), { ...call, body }, app().key);
    expectRefusal(call, answer, { status: 422, code: 'invalid_body', path });
    expect(await countDecisions(app())).toBe(before);
  });
}

/**
 * A hundred calls in a row and twenty at once, each with the answer that one alone gets.
 * @param other the calls that go at once, from 0 to 19; with different answers, so that a mix-up shows
 */
export function itStandsALoad(app: () => TestApp, call: Call, other?: (at: number) => Call): void {
  it('answers 100 calls in a row alike', async () => {
    const first = await send(app(), call, app().key);
    expect(first.status).toBe(200);
    for (let count = 1; count < 100; count++) {
      const { status, text } = await send(app(), call, app().key);
      expect({ status, text }).toEqual({ status: 200, text: first.text });
    }
  });

  it('answers 20 calls at once, each as if it were alone', async () => {
    const calls = Array.from({ length: 20 }, (_, at) => other?.(at) ?? call);
    const alone: string[] = [];
    for (const each of calls) alone.push((await send(app(), each, app().key)).text);
    if (other) expect(new Set(alone).size).toBeGreaterThan(1);
    const answers = await Promise.all(calls.map((each) => send(app(), each, app().key)));
    expect(answers.map(({ status, text }) => ({ status, text }))).toEqual(alone.map((text) => ({ status: 200, text })));
  });
}

function named(calls: readonly Call[]): (readonly [string, Call])[] {
  return calls.map((call) => [`${call.method ?? 'post'} ${call.path}`, call]);
}
