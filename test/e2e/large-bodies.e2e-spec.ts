import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exampleTransaction } from '@app/simulator';
import { startApp, type TestApp } from '../support/app.js';
import { RawConnection } from '../support/raw-request.js';
import { trainSimulated } from '../support/training.js';
import { waitFor } from '../support/wait-for.js';

const ROWS = 10_000;
const AT_ONCE = 60;
/** Three of them fit into the budget, with 8 MiB to spare; with 22 on Node 24, whose young generation is larger. */
const LARGEST = 16 * 1_048_576;
/** Half of them hold 4 MiB each for as long as they like: more than there is to spare. */
const CLIENTS = 16;
const JSON_BODY = { 'Content-Type': 'application/json' };

interface Heard {
  readonly status: number | undefined;
  readonly retryAfter: string | undefined;
}

const example = exampleTransaction('credit-card');
/** Off in every feature: each decision has warnings. */
const odd = Object.fromEntries(Object.keys(example).map((name) => [name, 1e8]));

describe('many full batches at once, with half a gigabyte of heap', () => {
  let app: TestApp;
  let pid: number | null;
  beforeAll(async () => {
    app = await startApp({ env: { NODE_OPTIONS: '--max-old-space-size=512' } });
    await trainSimulated(app, 'credit-card', { rows: 4_000 }, { params: { rounds: 40 } });
    ({ pid } = app);
  });
  afterAll(() => app.stop());

  const send = (path: string, body: Buffer): Promise<Heard> =>
    new Promise((resolve, reject) => {
      const headers = { ...JSON_BODY, 'X-API-Key': app.key, 'Content-Length': body.length };
      const sent = request(app.url + path, { method: 'POST', headers }, (answer) => {
        answer.resume().once('end', () => {
          resolve({ status: answer.statusCode, retryAfter: answer.headers['retry-after'] });
        });
      });
      sent.on('error', reject).end(body);
    });
  const sendMany = (path: string, body: unknown): Promise<readonly Heard[]> => {
    const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    return Promise.all(Array.from({ length: AT_ONCE }, () => send(path, bytes)));
  };
  const count = (heard: readonly Heard[], status: number): number =>
    heard.filter((each) => each.status === status).length;

  /** Scores one after the other, on the connections of a few clients, until told to end. */
  const singles = (): { end(): Promise<readonly Heard[]> } => {
    const single = Buffer.from(JSON.stringify(example));
    let ended = false;
    const client = async (): Promise<Heard[]> => {
      const heard: Heard[] = [];
      while (!ended) heard.push(await send('/v1/fraud-score', single));
      return heard;
    };
    const clients = Array.from({ length: 4 }, client);
    return {
      end: async () => {
        ended = true;
        return (await Promise.all(clients)).flat();
      },
    };
  };

  it.each<[string, string, () => unknown]>([
    ['with warnings', '/v1/models/credit-card/score/batch', () => ({ transactions: Array(ROWS).fill(odd) })],
    ['by id', '/invocations', () => Object.fromEntries(Array.from({ length: ROWS }, (_, at) => [`id${at}`, example]))],
  ])('are answered or refused, and single scores go on: %s', async (_, path, body) => {
    const beside = singles();
    const heard = await sendMany(path, body());
    const scored = await beside.end();
    expect(count(heard, 200)).toBeGreaterThan(0);
    expect(count(heard, 503)).toBeGreaterThan(0);
    expect(count(heard, 200) + count(heard, 503)).toBe(AT_ONCE);
    expect(heard.every(({ status, retryAfter }) => status === 200 || Number(retryAfter) > 0)).toBe(true);
    expect(scored.length).toBeGreaterThan(0);
    expect(scored.filter(({ status }) => status !== 200)).toEqual([]);
    expect(app.pid).toBe(pid);
    // Nothing of it is kept.
    expect(await send(path, Buffer.from(JSON.stringify(body())))).toMatchObject({ status: 200 });
  });

  it('are all answered where they are small and only their errors many', async () => {
    const heard = await sendMany('/v1/models/credit-card/score/batch', { transactions: Array(ROWS).fill({}) });
    expect(count(heard, 200)).toBe(AT_ONCE);
    expect(app.pid).toBe(pid);
  });

  it('make room again when their clients hang up, while they send or when they have', async () => {
    const headers = { ...JSON_BODY, 'X-API-Key': app.key };
    const body = JSON.stringify({ transactions: Array(ROWS).fill(example) });
    const clients = await Promise.all(Array.from({ length: CLIENTS }, () => RawConnection.to(app.url)));
    for (const [at, client] of clients.entries()) {
      client.head('POST', '/v1/fraud-score/batch', { ...headers, 'Content-Length': body.length });
      client.send(at % 2 === 0 ? body : body.slice(0, 1_000_000));
    }
    const asking = { ...headers, 'Content-Length': LARGEST, Expect: '100-continue' };
    const room = async (): Promise<boolean> => {
      const held = await Promise.all([1, 2, 3].map(() => RawConnection.to(app.url)));
      const answers = await Promise.all(held.map((each) => each.head('POST', '/invocations', asking).answer()));
      for (const each of held) each.end();
      return answers.every(({ status }) => status === 100);
    };
    await waitFor(async () => !(await room()), { what: 'them to be at work' });
    for (const client of clients) client.end();
    await waitFor(room, { what: 'room for others' });
    expect(app.pid).toBe(pid);
  });

  it('are refused when 16 MiB of them are no batch', async () => {
    const heard = await sendMany('/invocations', `[${'0,'.repeat(8_000_000)}0]`);
    expect(count(heard, 422)).toBeGreaterThan(0);
    expect(count(heard, 422) + count(heard, 503)).toBe(AT_ONCE);
    expect(app.pid).toBe(pid);
  });
});
