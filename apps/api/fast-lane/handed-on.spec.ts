import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Problem, ProblemFilter } from '@app/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { HandedOn } from './handed-on.js';

describe('HandedOn', () => {
  const routes = new FastifyAdapter().getInstance<FastifyInstance>();
  const errors = new ProblemFilter();
  let handle: (handedOn: HandedOn, request: IncomingMessage, response: ServerResponse) => void;
  let url: string;
  const front = createServer((request, response) => {
    handle(handedOn, request, response);
  });
  const handedOn = new HandedOn(routes, (request, response) => {
    routes.routing(request, response);
  });
  beforeAll(async () => {
    routes.setErrorHandler((error, request, reply) => {
      errors.answer(error, request, reply);
    });
    routes.post('/echo', (request) => request.body);
    await routes.ready();
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
    const address = front.address();
    url = typeof address === 'object' && address ? `http://127.0.0.1:${address.port}/echo` : '';
  });
  afterAll(async () => {
    front.close();
    await routes.close();
  });

  const post = async (body: unknown): Promise<{ status: number; body: unknown }> => {
    const headers = { 'Content-Type': 'application/json' };
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
    return { status: answer.status, body: await answer.json() };
  };

  it('lets the route answer what was not touched', async () => {
    handle = (to, request, response) => {
      to.asItIs(request, response);
    };
    expect(await post({ a: 'ä' })).toEqual({ status: 200, body: { a: 'ä' } });
  });

  it('gives the route a body that was read', async () => {
    handle = (to, request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        to.withBody(request, response, chunks);
      });
    };
    const long = 'ä'.repeat(100_000);
    expect(await post({ a: long })).toEqual({ status: 200, body: { a: long } });
  });

  it('answers a failure as the route would', async () => {
    handle = (to, request, response) => {
      to.withFailure(request, response, Problem.unavailable('busy', 'Come again.', 3));
    };
    expect(await post({})).toMatchObject({ status: 503, body: { code: 'busy', detail: 'Come again.' } });
  });
});
