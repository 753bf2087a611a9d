import { parseJsonBody } from '@app/common';
import type { FastifyInstance } from 'fastify';

export const BYTES_PER_MEBIBYTE = 1_048_576;

/** JSON everywhere; more where a route's `@AcceptBody()` says so. Call before the routes are there. */
export function parseBodies(server: FastifyInstance): void {
  server.addHook('onRoute', (route) => {
    const mebibytes = route.config?.body?.maxMebibytes;
    if (mebibytes !== undefined) route.bodyLimit = mebibytes * BYTES_PER_MEBIBYTE;
  });
  server.removeContentTypeParser(['application/json', 'text/plain']);
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, parseJsonBody(String(body)));
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  });
}
