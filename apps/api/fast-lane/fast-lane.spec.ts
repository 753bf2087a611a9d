import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Problem, ProblemFilter } from '@app/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { HandedOn } from './handed-on.js';
import type { LaneParts } from './lane-parts.js';
import { openFastLane } from './open-fast-lane.js';

const BODY_MILLISECONDS = 200;
const KEEP_ALIVE_MILLISECONDS = 300;
const QUIET_MILLISECONDS = 400;

/** One connection, and what came back on it. */
class Client {
  received = '';
  readonly closed: Promise<unknown>;
  private isClosed = false;

  private constructor(private readonly socket: Socket) {
    socket.setEncoding('latin1').on('data', (text: string) => (this.received += text));
    socket.on('error', () => null).on('end', () => socket.end());
    this.closed = once(socket, 'close').then(() => (this.isClosed = true));
  }

  static async to(port: number): Promise<Client> {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    await once(socket, 'connect');
    return new Client(socket);
  }

  send(text: string | Buffer): this {
    this.socket.write(text);
    return this;
  }

  endHalf(): void {
    this.socket.end();
  }

  hangUp(): void {
    this.socket.resetAndDestroy();
  }

  /** The statuses of so many answers, once they have come. */
  async statuses(count: number): Promise<number[]> {
    for (;;) {
      const found = [...this.received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => Number(status));
      if (found.length >= count) return found;
      if (this.isClosed) throw new Error(`the connection was closed after ${found.length} answers`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

/** What it leaves to routes, and how; what it answers itself, the end-to-end tests compare with what routes answer. */
describe('the fast lane', () => {
  const fastify = new FastifyAdapter({
    forceCloseConnections: 'idle',
    keepAliveTimeout: KEEP_ALIVE_MILLISECONDS,
    connectionTimeout: QUIET_MILLISECONDS,
  }).getInstance<FastifyInstance>();
  const errors = new ProblemFilter();
  let left = 0;
  let underWay = 0;
  /** Requests that routes have begun to answer. */
  let begun = 0;
  let port = 0;
  const holder = { id: 1, name: 'mine', scopes: ['score'], expiresAt: null, rateLimitPerMinute: null } as const;
  const target = { route: '/score', model: 'none', answer: () => '' };

  beforeAll(async () => {
    fastify.setErrorHandler((error, request, reply) => {
      errors.answer(error, request, reply);
    });
    const length = ({ body }: { body: unknown }) => ({ length: JSON.stringify(body).length });
    fastify.post('/score', length);
    fastify.post('/many', length);
    fastify.addHook('onRequest', ({ headers }, _reply, done) => {
      begun += 1;
      if (headers['x-refused'] !== undefined) throw new Problem(403, 'forbidden', 'Not you.');
      done();
    });
    fastify.get('/never', () => new Promise(() => undefined));
    fastify.get('/soon', async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return 'soon';
    });
    const parts: LaneParts = {
      routes: { targetOf: ({ url }) => (url === '/score' ? target : undefined) },
      handedOn: new HandedOn(fastify),
      keys: { scorerOf: () => holder, generation: 1 },
      uses: { add: () => undefined },
      limits: { isFull: () => false, countIfFar: () => undefined, count: () => Promise.resolve(undefined) },
      champions: { find: () => undefined },
      singles: { decide: () => undefined },
      tracing: { begin: () => ({ context: { traceId: 'a', spanId: 'b', sampled: true }, end: () => undefined }) },
      record: { begin: () => (underWay += 1), end: () => (underWay -= 1), write: () => undefined },
      draining: { saysGoodbye: false },
      answered: { add: () => undefined },
      left: { add: () => (left += 1) },
    };
    openFastLane(fastify.server, parts, BODY_MILLISECONDS);
    await fastify.ready();
    await fastify.listen({ port: 0, host: '127.0.0.1' });
    const address = fastify.server.address();
    port = typeof address === 'object' && address ? address.port : 0;
  });
  beforeEach(() => {
    left = 0;
    begun = 0;
  });
  afterAll(() => fastify.close());

  const post = (path: string, body: string, ...headers: readonly string[]): string =>
    [
      `POST ${path} HTTP/1.1`,
      'Host: here',
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
      ...headers,
      '',
      body,
    ].join('\r\n');
  const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: here\r\n\r\n`;
  const begin = async (count: number): Promise<void> => {
    while (begun < count) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  const openConnections = (): Promise<number> =>
    new Promise((resolve) => {
      fastify.server.getConnections((_, count) => {
        resolve(count);
      });
    });

  it('leaves a request to its route with all that came of it, in however many pieces', async () => {
    const client = await Client.to(port);
    const text = post('/score', '{"a":"bcd"}');
    for (const [from, to] of [
      [0, -8],
      [-8, -3],
      [-3, undefined],
    ]) {
      client.send(text.slice(from, to));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(await client.statuses(1)).toEqual([200]);
    expect(client.received).toContain('{"length":11}');
    expect([left, underWay]).toEqual([1, 0]);
    client.hangUp();
  });

  it('answers in order what comes all at once, whoever answers', async () => {
    const client = await Client.to(port);
    client.send([post('/score', '{"a":1}'), get('/soon'), get('/none'), post('/score', '{"a":11}')].join(''));
    expect(await client.statuses(4)).toEqual([200, 200, 404, 200]);
    expect(client.received).toMatch(/"length":7.*soon.*404.*"length":8/s);
    expect(left).toBe(2);
    client.hangUp();
  });

  it('has a connection back after a request of another route, however long its body', async () => {
    const client = await Client.to(port);
    const long = JSON.stringify('x'.repeat(900_000));
    client.send(post('/many', long)).send(post('/score', '{}'));
    expect(await client.statuses(2)).toEqual([200, 200]);
    expect(client.received).toContain(`{"length":${long.length}}`);
    expect(left).toBe(1);
    client.hangUp();
  });

  it('leaves a connection to Node once only Node can read it', async () => {
    const client = await Client.to(port);
    const head = 'POST /score HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n';
    client.send(`${head}Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`);
    expect(await client.statuses(1)).toEqual([200]);
    client.send(post('/score', '{}'));
    expect(await client.statuses(2)).toEqual([200, 200]);
    client.send('nonsense\r\n\r\n');
    expect(await client.statuses(3)).toEqual([200, 200, 400]);
    await client.closed;
    expect(left).toBe(0);
  });

  it('answers 408 where a body does not come in time', async () => {
    const client = await Client.to(port);
    const text = post('/score', '{"a":"bcd"}');
    const dribble = setInterval(() => client.send(' '), 60);
    client.send(text.slice(0, -8));
    expect(await client.statuses(1)).toEqual([408]);
    clearInterval(dribble);
    expect([left, underWay]).toEqual([1, 0]);
    client.hangUp();
  });

  it('says so where a client ends in the middle of a body', async () => {
    const client = await Client.to(port);
    client.send(post('/score', '{"a":"bcd"}').slice(0, -8)).endHalf();
    expect(await client.statuses(1)).toEqual([400]);
    await client.closed;
    expect(underWay).toBe(0);
  });

  it('answers nobody else with what a request failed by', async () => {
    const client = await Client.to(port);
    const text = post('/score', '{"a":"bcd"}', 'X-Refused: yes');
    client.send(text.slice(0, -8));
    expect(await client.statuses(1)).toEqual([403]);
    client.send(text.slice(-8)).send(get('/soon'));
    expect(await client.statuses(2)).toEqual([403, 200]);
    client.hangUp();
  });

  it('lets go of a connection that its client has left', async () => {
    while ((await openConnections()) > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const client = await Client.to(port);
    client.send(get('/never'));
    await begin(1);
    expect(await openConnections()).toBe(1);
    client.hangUp();
    while ((await openConnections()) > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('closes the connection after a last answer', async () => {
    const client = await Client.to(port);
    client.send(post('/many', '{}', 'Connection: close') + get('/soon'));
    await client.closed;
    expect(client.received).toMatch(/connection: close.*"length":2/is);
    expect(begun).toBe(1);
  });

  it('closes connections that nobody uses, and those on which nothing comes for too long', async () => {
    const [unused, used, stuck] = [await Client.to(port), await Client.to(port), await Client.to(port)];
    used.send(post('/score', '{}'));
    stuck.send(get('/never'));
    const order: string[] = [];
    await Promise.all(
      Object.entries({ unused, used, stuck }).map(async ([name, client]) => {
        await client.closed;
        order.push(name);
      }),
    );
    expect(order.at(-1)).toBe('stuck');
    expect(used.received).toContain('{"length":2}');
  });

  it('closes with the server those that nobody uses, and all where it must', async () => {
    const [unused, used, stuck, reading] = [
      await Client.to(port),
      await Client.to(port),
      await Client.to(port),
      await Client.to(port),
    ];
    reading.send(get('/soon'));
    await reading.statuses(1);
    const text = post('/score', '{}');
    reading.send(text.slice(0, -1));
    while (underWay === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    used.send(get('/soon'));
    stuck.send(get('/never'));
    await begin(3);
    fastify.server.closeIdleConnections();
    await unused.closed;
    expect(await used.statuses(1)).toEqual([200]);
    reading.send(text.slice(-1));
    expect(await reading.statuses(2)).toEqual([200, 200]);
    fastify.server.closeAllConnections();
    await Promise.all([used.closed, stuck.closed, reading.closed]);
    expect(stuck.received).toBe('');
  });
});
