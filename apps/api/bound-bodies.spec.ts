import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Problem, ProblemFilter } from '@app/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { RawConnection } from '../../test/support/raw-request.js';
import { waitFor } from '../../test/support/wait-for.js';
import { BodyBudget } from './body-budget.js';
import { boundBodies } from './bound-bodies.js';

const BODY = JSON.stringify('x'.repeat(99_998));
const CHUNK = `C350\r\n${' '.repeat(50_000)}\r\n`;
const JSON_BODY = { 'Content-Type': 'application/json' };
const LARGE = { ...JSON_BODY, 'Content-Length': BODY.length };
const CHUNKED = { ...JSON_BODY, 'Transfer-Encoding': 'chunked' };

describe('boundBodies', () => {
  const server = new FastifyAdapter().getInstance<FastifyInstance>();
  const errors = new ProblemFilter();
  const budget = new BodyBudget(150_000);
  let url: string;
  /** Ends each piece of work that `/work` has begun. */
  const works: (() => void)[] = [];
  const connections: RawConnection[] = [];

  beforeAll(async () => {
    server.setErrorHandler((error, request, reply) => {
      if (error instanceof Problem) errors.answer(error, request, reply);
      else void reply.status(400).send({});
    });
    boundBodies(server, budget);
    server.post('/echo', (request) => ({ length: String(request.body).length }));
    server.post('/work', async () => {
      await new Promise<void>((resolve) => works.push(resolve));
      return {};
    });
    url = await server.listen({ host: '127.0.0.1', port: 0 });
  });
  afterEach(() => {
    for (const end of works.splice(0)) end();
    for (const connection of connections.splice(0)) connection.end();
  });
  afterAll(() => server.close());

  const connect = async (): Promise<RawConnection> => {
    const connection = await RawConnection.to(url);
    connections.push(connection);
    return connection;
  };
  const inUse = (bytes: number): Promise<boolean> =>
    waitFor(() => budget.inUse === bytes, { what: `${bytes} bytes in use` });
  const begun = (count: number): Promise<boolean> =>
    waitFor(() => works.length === count, { what: `${count} at work` });

  it('refuses a large body before it comes, while another is worked on, and takes it afterwards', async () => {
    const first = (await connect()).head('POST', '/work', LARGE).send(BODY);
    await begun(1);
    const second = (await connect()).head('POST', '/echo', LARGE);
    expect(await second.answer()).toMatchObject({
      status: 503,
      headers: { 'retry-after': expect.stringMatching(/^[1-9]\d*$/), connection: 'keep-alive' },
      body: { code: 'busy' },
    });
    expect(budget.inUse).toBe(BODY.length);
    works[0]?.();
    expect((await first.answer()).status).toBe(200);
    await inUse(0);
    // What was refused is dropped as it comes, and the connection is good for another try.
    const again = second.send(BODY).head('POST', '/echo', LARGE).send(BODY);
    expect(await again.answer()).toMatchObject({ status: 200, body: { length: 99_998 } });
    await inUse(0);
  });

  it('always takes a small one, and a large one that is alone', async () => {
    const huge = { ...JSON_BODY, 'Content-Length': 200_000 };
    (await connect()).head('POST', '/work', huge).send(JSON.stringify('x'.repeat(199_998)));
    await begun(1);
    const small = { ...JSON_BODY, 'Content-Length': 65_536 };
    const answer = await (
      await connect()
    )
      .head('POST', '/echo', small)
      .send(JSON.stringify('x'.repeat(65_534)))
      .answer();
    expect(answer.status).toBe(200);
    expect(budget.inUse).toBe(200_000);
    works[0]?.();
    await inUse(0);
  });

  it('counts a body of unknown length as it comes, from 64 KiB on', async () => {
    const chunked = (await connect()).head('POST', '/echo', CHUNKED).send(CHUNK);
    expect(budget.inUse).toBe(0);
    chunked.send(CHUNK);
    await inUse(100_000);
    const other = (await connect()).head('POST', '/echo', CHUNKED).send(CHUNK).send(CHUNK);
    expect(await other.answer()).toMatchObject({
      status: 503,
      headers: { connection: 'close' },
      body: { code: 'busy' },
    });
    await other.closed();
    chunked.send('2\r\n""\r\n0\r\n\r\n');
    expect(await chunked.answer()).toMatchObject({ status: 200, body: { length: 0 } });
    await inUse(0);
  });

  it.each([
    ['of known length', LARGE, '"x'],
    ['in chunks', CHUNKED, CHUNK + CHUNK],
  ])('forgets a body that breaks off: %s', async (_, headers, part) => {
    const connection = (await connect()).head('POST', '/echo', headers).send(part);
    await inUse(100_000);
    connection.end();
    await inUse(0);
  });

  it('counts what is worked on although its client has gone, until that ends', async () => {
    const gone = (await connect()).head('POST', '/work', LARGE).send(BODY);
    await begun(1);
    gone.end();
    await waitFor(
      () =>
        new Promise((resolve) =>
          server.server.getConnections((_error, count) => {
            resolve(count === 0);
          }),
        ),
      { what: 'no connection' },
    );
    expect(budget.inUse).toBe(BODY.length);
    works[0]?.();
    await inUse(0);
  });

  it('forgets what waits behind another answer when the client goes', async () => {
    const half = { ...JSON_BODY, 'Content-Length': 70_000 };
    const body = JSON.stringify('x'.repeat(69_998));
    const connection = (await connect()).head('POST', '/work', half).send(body).head('POST', '/echo', half).send(body);
    await begun(1);
    await inUse(140_000);
    connection.end();
    await inUse(70_000);
    works[0]?.();
    await inUse(0);
  });
});
