import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { BYTES_PER_MEBIBYTE, Problem, type ProblemFilter, requestIdOf } from '@app/common';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { Config } from '@app/config';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { RequestRecord } from './request-record.js';
import { answerUnreadable, refuseTunnel } from './unreadable-request.js';

const SECOND = 1_000;

/** Fastify with this application's limits. Headers have Node's own limit, a minute. */
export function httpServer(
  errors: ProblemFilter,
  record: RequestRecord,
  { keepAliveSeconds }: Pick<Config, 'keepAliveSeconds'>,
): FastifyAdapter {
  const adapter = new FastifyAdapter({
    genReqId: requestIdOf,
    bodyLimit: BYTES_PER_MEBIBYTE,
    forceCloseConnections: 'idle',
    // What comes on a connection that is still open is answered, also while the port is being closed.
    return503OnClosing: false,
    // `/path/` means `/path`. A redirect would lose the body with many a client.
    routerOptions: { ignoreTrailingSlash: true },
    // Nothing comes and nothing goes. No answer takes as long; between requests `keepAliveTimeout` holds.
    connectionTimeout: 120 * SECOND,
    keepAliveTimeout: keepAliveSeconds * SECOND,
    // Until a request is there as a whole: a training file may be large, and the line slow.
    requestTimeout: 3_600 * SECOND,
    clientErrorHandler: (error, socket) => {
      answerUnreadable(error, socket, record);
    },
    // A path that cannot be decoded, or a parameter of absurd length: there is nothing there.
    frameworkErrors: (_error: Error, request: FastifyRequest, reply: FastifyReply) => {
      reply.header('X-Request-ID', request.id);
      errors.answer(Problem.notFound('This path'), request, reply);
    },
  });
  // Node would close the connection without a word.
  adapter.getInstance<FastifyInstance>().server.on('connect', (request: IncomingMessage, socket: Duplex) => {
    refuseTunnel(request, socket, record);
  });
  return adapter;
}
