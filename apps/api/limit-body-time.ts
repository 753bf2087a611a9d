import type { FastifyInstance } from 'fastify';
import { hasBody } from './parse-bodies.js';

/** Long enough for 16 MiB over a slow line. */
const BODY_MILLISECONDS = 60_000;

/**
 * Cuts a connection on which a body dribbles in for ever. Files, which may be large, have the server's own time limit
 * instead. Call it first: a body that is refused, and only to be dropped, must also come to an end.
 */
export function limitBodyTime(server: FastifyInstance, milliseconds = BODY_MILLISECONDS): void {
  server.addHook('onRequest', (request, _reply, done) => {
    const { raw, routeOptions } = request;
    if (hasBody(request) && !routeOptions.config.body?.types?.includes('multipart/form-data')) {
      const late = setTimeout(() => raw.destroy(), milliseconds).unref();
      raw.once('close', () => {
        clearTimeout(late);
      });
    }
    done();
  });
}
