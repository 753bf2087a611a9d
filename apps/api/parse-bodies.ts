import { JsonBody, parseJsonBody, Problem, TextBody } from '@app/common';
import type { FastifyInstance } from 'fastify';

export const BYTES_PER_MEBIBYTE = 1_048_576;

/** Media types that some routes take besides JSON. */
const TEXT_TYPES = ['text/csv'];

/**
 * JSON everywhere; more where a route's `@AcceptBody()` says so. Call before the routes are there.
 *
 * A body that cannot be read becomes the `Problem` with it, which the validation pipe throws: by then the key has been
 * looked at, and the error takes the form of the route's contract.
 */
export function parseBodies(server: FastifyInstance): void {
  server.addHook('onRoute', (route) => {
    const mebibytes = route.config?.body?.maxMebibytes;
    if (mebibytes !== undefined) route.bodyLimit = mebibytes * BYTES_PER_MEBIBYTE;
  });
  server.removeContentTypeParser(['application/json', 'text/plain']);
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const text = String(body);
    const value = orProblem(() => parseJsonBody(text));
    const keepText = request.routeOptions.config.body?.keepText === true && !(value instanceof Problem);
    done(null, keepText ? new JsonBody(value, text) : value);
  });
  for (const type of TEXT_TYPES) {
    server.addContentTypeParser(type, { parseAs: 'string' }, (request, body, done) => {
      const taken = request.routeOptions.config.body?.types?.includes(type);
      done(null, taken ? new TextBody(type, String(body)) : unsupported(type));
    });
  }
  server.addContentTypeParser('*', (request, _body, done) => {
    done(null, unsupported(request.headers['content-type']));
  });
}

function orProblem(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

function unsupported(type: string | undefined): Problem {
  const sent = type === undefined ? 'no Content-Type' : JSON.stringify(type.slice(0, 100));
  return new Problem(415, 'unsupported_media_type', `This route does not take ${sent}; send application/json.`);
}
