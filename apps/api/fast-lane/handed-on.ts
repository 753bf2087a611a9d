import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';

/** Requests that the fast lane has begun with and hands on to their route: with the body it has read, or what went wrong. */
export class HandedOn {
  private readonly bodies = new WeakMap<IncomingMessage, readonly Buffer[]>();
  private readonly failures = new WeakMap<IncomingMessage, { readonly error: unknown }>();

  /** @param ordinary what answered every request before there was a fast lane */
  constructor(
    server: FastifyInstance,
    private readonly ordinary: RequestListener,
  ) {
    server.addHook('onRequest', (request, _reply, done) => {
      const failure = this.failures.get(request.raw);
      if (failure) throw failure.error;
      done();
    });
    server.addHook('preParsing', (request, _reply, body, done) => {
      const read = this.bodies.get(request.raw);
      done(null, read ? Readable.from(read) : body);
    });
  }

  /** Nothing was touched. */
  asItIs(request: IncomingMessage, response: ServerResponse): void {
    this.ordinary(request, response);
  }

  /** Its body was read: its route reads it again. */
  withBody(request: IncomingMessage, response: ServerResponse, body: readonly Buffer[]): void {
    this.bodies.set(request, body);
    this.ordinary(request, response);
  }

  /** It is answered with this error, as its route would. */
  withFailure(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    this.failures.set(request, { error });
    this.ordinary(request, response);
  }
}
