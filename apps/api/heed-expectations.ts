import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { hasBody, isTooLarge, mayHaveBody } from './parse-bodies.js';

/**
 * Tells a client that waits with its body (`Expect: 100-continue`) to send it, once nothing in the head speaks against
 * that. Call it when all that refuses early is there.
 *
 * Node answers another `Expect` with an empty 417. One may as well go on, and RFC 9110 allows it.
 */
export function heedExpectations(app: FastifyInstance): void {
  const { server } = app;
  const waiting = new WeakSet<IncomingMessage>();
  server.on('checkContinue', (request, response) => {
    waiting.add(request);
    server.emit('request', request, response);
  });
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  app.addHook('onRequest', (request, reply, done) => {
    if (waiting.has(request.raw) && mayHaveBody(request) && hasBody(request) && !isTooLarge(request)) {
      reply.raw.writeContinue();
    }
    done();
  });
}
