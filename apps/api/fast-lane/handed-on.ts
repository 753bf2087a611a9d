import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Failure } from './carrier.js';

/** Requests that failed in the fast lane, on their way to their route, which answers with what went wrong. */
export class HandedOn {
  private readonly failures = new WeakMap<IncomingMessage, Failure>();

  constructor(server: FastifyInstance) {
    server.addHook('onRequest', ({ raw }, _reply, done) => {
      const failure = this.failures.get(raw);
      if (failure) throw failure.error;
      done();
    });
  }

  withFailure(request: IncomingMessage, failure: Failure): void {
    this.failures.set(request, failure);
  }
}
