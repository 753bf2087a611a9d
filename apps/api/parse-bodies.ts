import { BYTES_PER_MEBIBYTE, JsonBody, parseJsonBody, Problem, TextBody } from '@app/common';
import { noteBody } from '@app/scoring';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const JSON_TYPE = 'application/json';
const CSV_TYPE = 'text/csv';
const FORM_TYPE = 'multipart/form-data';

/**
 * JSON, or what a route's `@AcceptBody()` says. Call before the routes are there.
 *
 * A body that cannot be read becomes the `Problem` with it, which the validation pipe throws: by then the key's scope has
 * been looked at, and the request been counted.
 */
export function parseBodies(server: FastifyInstance): void {
  server.addHook('onRoute', (route) => {
    const mebibytes = route.config?.body?.maxMebibytes;
    if (mebibytes !== undefined) route.bodyLimit = mebibytes * BYTES_PER_MEBIBYTE;
  });
  server.addHook('onRequest', (request, _reply, done) => {
    // Fastify looks at a type also where no body follows, and does not say which one to send.
    const typed = request.headers['content-type'] !== undefined;
    if (mayHaveBody(request) && (hasBody(request) || typed)) checkType(request);
    done();
  });
  server.removeContentTypeParser([JSON_TYPE, 'text/plain']);
  server.addContentTypeParser(JSON_TYPE, { parseAs: 'string' }, (request, body, done) => {
    const text = withoutMark(String(body));
    noteBody(request, text);
    const value = orProblem(() => parseJsonBody(text));
    const keepText = request.routeOptions.config.body?.keepText === true && !(value instanceof Problem);
    done(null, keepText ? new JsonBody(value, text) : value);
  });
  server.addContentTypeParser(CSV_TYPE, { parseAs: 'string' }, (request, body, done) => {
    const text = withoutMark(String(body));
    noteBody(request, text);
    done(null, new TextBody(CSV_TYPE, text));
  });
}

/** Fastify reads no body for these. */
export function mayHaveBody({ method }: FastifyRequest): boolean {
  return method !== 'GET' && method !== 'HEAD';
}

/** Whether one is announced. */
export function hasBody({ headers }: FastifyRequest): boolean {
  const { 'content-length': length, 'transfer-encoding': encoding } = headers;
  return encoding !== undefined || (length !== undefined && length !== '0');
}

/** A file is written to disk as it comes; its limits are the upload's own. */
export function takesFile({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.config.body?.types?.includes(FORM_TYPE) === true;
}

/** Whether what is announced is more than the route takes: Fastify refuses it without reading. */
export function isTooLarge(request: FastifyRequest): boolean {
  return !takesFile(request) && Number(request.headers['content-length'] ?? 0) > request.routeOptions.bodyLimit;
}

/** @throws Problem 415 */
function checkType(request: FastifyRequest): void {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    const sent = JSON.stringify(encoding.slice(0, 100));
    throw unsupported(`Content-Encoding ${sent} is not taken; send the body as it is, without that header.`);
  }
  const types = request.routeOptions.config.body?.types ?? [JSON_TYPE];
  const sent = request.headers['content-type'];
  // Many a client of the services before sends none, and means JSON.
  if (!sent && types.includes(JSON_TYPE)) request.raw.headers['content-type'] = JSON_TYPE;
  else if (!types.includes(request.mediaType ?? '')) {
    const given = sent ? JSON.stringify(sent.slice(0, 100)) : 'a body without a Content-Type';
    throw unsupported(`This route does not take ${given}; send ${types.join(' or ')}.`);
  }
}

function unsupported(detail: string): Problem {
  return new Problem(415, 'unsupported_media_type', detail);
}

/** A byte order mark says how a text is written, and is no part of it. */
function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

function orProblem(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}
