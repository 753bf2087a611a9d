import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ProblemFilter } from '@app/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { RawConnection } from '../../test/support/raw-request.js';
import { limitBodyTime } from './limit-body-time.js';

describe('limitBodyTime', () => {
  const server = new FastifyAdapter().getInstance<FastifyInstance>();
  let url: string;
  beforeAll(async () => {
    limitBodyTime(server, new ProblemFilter(), 300);
    server.post('/echo', (request) => request.body);
    server.post('/refused', { onRequest: (_request, reply) => void reply.status(403).send({}) }, () => null);
    server.get('/slow', (_request, reply) => void setTimeout(() => void reply.send({ late: true }), 600));
    url = await server.listen({ host: '127.0.0.1', port: 0 });
  });
  afterAll(() => server.close());

  const head = { 'Content-Type': 'application/json', 'Content-Length': 1_000 };

  it('answers where a body does not end, and hangs up', async () => {
    const connection = (await RawConnection.to(url)).head('POST', '/echo', head).send('[');
    const dribble = setInterval(() => connection.send('0,'), 20);
    const answer = await connection.answer().finally(() => {
      clearInterval(dribble);
    });
    expect(answer).toMatchObject({
      status: 408,
      headers: { 'content-type': expect.stringContaining('application/problem+json'), connection: 'close' },
      body: { status: 408, code: 'timeout', detail: expect.stringContaining('send it again') },
    });
    await connection.closed();
  });

  it('only hangs up where the body was refused long before', async () => {
    const connection = (await RawConnection.to(url)).head('POST', '/refused', head).send('[');
    expect((await connection.answer()).status).toBe(403);
    await connection.closed();
  });

  it('leaves alone what comes in time, and the time that an answer takes', async () => {
    const connection = await RawConnection.to(url);
    const complete = { ...head, 'Content-Length': 3 };
    connection.head('POST', '/echo', complete).send('[').send('0]');
    expect((await connection.answer()).body).toEqual([0]);
    // Nobody reads the body of a GET: it is there, and that is enough.
    expect((await connection.head('GET', '/slow', complete).send('[0]').answer()).body).toEqual({ late: true });
    connection.end();
  });
});
