import type { AuthenticatedRequest } from '@app/auth';
import { outageOf } from '@app/common';
import { readTraceparent, type SpanAttributes, type Tracing, writeTraceparent } from '@app/metrics';
import type { Champions } from '@app/model-registry';
import type { FastifyInstance, FastifyReply } from 'fastify';
import type { RequestLine } from './request-line.js';
import { NO_ROUTE, type RequestRecord } from './request-record.js';

/** The client hung up before it was answered: nginx' status for that. */
export const HUNG_UP = 499;

export interface Observers {
  readonly tracing: Tracing;
  readonly champions: Champions;
  readonly record: RequestRecord;
}

/** Counts, times, traces and logs each request, whoever ends it. Call it first, so that it sees those refused early. */
export function observeRequests(server: FastifyInstance, { tracing, champions, record }: Observers): void {
  server.addHook('onRequest', (request, reply, done) => {
    const span = tracing.begin(readTraceparent(request.headers.traceparent), 'server');
    reply.header('traceparent', writeTraceparent(span.context));
    record.begin(request.raw.socket);
    // Unlike the hook for answers, it also comes when the client does not wait for one.
    reply.raw.once('close', () => {
      record.end(request.raw.socket);
      const line = lineOf(request, reply, span.context.traceId, champions);
      record.write(line);
      span.end(`${line.method} ${line.route}`, attributesOf(line), line.status >= 500);
    });
    done();
  });
  server.addHook('onClose', () => {
    record.close();
  });
}

function lineOf(
  request: AuthenticatedRequest,
  reply: FastifyReply,
  traceId: string,
  champions: Champions,
): RequestLine {
  const { principal } = request;
  return {
    requestId: request.id,
    traceId,
    method: request.method,
    route: request.routeOptions.url ?? NO_ROUTE,
    status: reply.raw.writableFinished ? reply.raw.statusCode : HUNG_UP,
    milliseconds: Math.round(reply.elapsedTime * 1_000) / 1_000,
    model: principal?.scoredBy?.model ?? namedModel(request, champions),
    version: principal?.scoredBy?.version ?? null,
    key: principal?.name ?? null,
    outage: outageOf(request),
  };
}

/** The model in the path, if there is one of this name: anybody can ask for any. */
function namedModel({ routeOptions, params }: AuthenticatedRequest, champions: Champions): string | null {
  const [, parameter] = /\/models\/:(\w+)/.exec(routeOptions.url ?? '') ?? [];
  if (parameter === undefined || typeof params !== 'object' || params === null) return null;
  const name: unknown = Reflect.get(params, parameter);
  return typeof name === 'string' && champions.find(name) ? name : null;
}

/** What a span tells of a request. */
export function attributesOf(line: RequestLine): SpanAttributes {
  return {
    'http.request.method': line.method,
    'http.route': line.route,
    'http.response.status_code': line.status,
    'fraud.request_id': line.requestId,
    'fraud.model': line.model ?? undefined,
    'fraud.version': line.version ?? undefined,
  };
}
