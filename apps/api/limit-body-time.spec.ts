import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { RawConnection } from '../../test/support/raw-request.js';
import { limitBodyTime } from './limit-body-time.js';

describe('limitBodyTime', () => {
  const server = new FastifyAdapter().getInstance<FastifyInstance>();
  let url: string;
  beforeAll(async () => {
    limitBodyTime(server, 300);
    server.post('/echo', (request) => request.body);
    server.post('/refused', { onRequest: (_request, reply) => void reply.status(403).send({}) }, () => null);
    server.get('/slow', (_request, reply) => void setTimeout(() => void reply.send({ late: true }), 600));
    url = await server.listen({ host: '127.0.0.1', port: 0 });
  });
  afterAll(() => server.close());

  const head = { 'Content-Type': 'application/json', 'Content-Length': 1_000 };

  it('cuts a connection whose body does not end', async () => {
    const connection = (await RawConnection.to(url)).head('POST', '/echo', head).send('[');
    const dribble = setInterval(() => connection.send('0,'), 20);
    await connection.closed();
    clearInterval(dribble);
  });

  it('cuts it also where the body was refused long before', async () => {
    const connection = (await RawConnection.to(url)).head('POST', '/refused', head).send('[');
    expect((await connection.answer()).status).toBe(403);
    await connection.closed();
  });

  it('leaves alone what comes in time, and the time that an answer takes', async () => {
    const connection = await RawConnection.to(url);
    connection
      .head('POST', '/echo', { ...head, 'Content-Length': 3 })
      .send('[')
      .send('0]');
    expect((await connection.answer()).body).toEqual([0]);
    expect((await connection.head('GET', '/slow', {}).answer()).body).toEqual({ late: true });
    connection.end();
  });
});
