import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { Failure } from './carrier.js';

/** Requests that failed in the fast lane, on their way to their route, which answers with what went wrong. */
export class HandedOn {
  private readonly failures = new WeakMap<Duplex, Failure>();

  constructor(server: FastifyInstance) {
    server.addHook('onRequest', (request, _reply, done) => {
      const { socket } = request.raw;
      const failure = this.failures.get(socket);
      this.failures.delete(socket);
      if (failure) throw failure.error;
      done();
    });
  }

  /** The next request on a connection has failed already. */
  expectFailure(connection: Duplex, failure: Failure): void {
    this.failures.set(connection, failure);
  }
}
