import multipart from '@fastify/multipart';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { logger, parseJsonBody, ProblemFilter, requestIdOf, validationPipe } from '@app/common';
import type { Config } from '@app/config';
import type { FastifyInstance } from 'fastify';
import { ApiModule } from './api.module.js';
import { serveDocs } from './docs.js';

const BYTES_PER_MEBIBYTE = 1_048_576;

/** The API, ready to listen: pipes, filter, body parsers, headers, docs page. */
export async function createApi(config: Config): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    genReqId: requestIdOf,
    bodyLimit: BYTES_PER_MEBIBYTE,
    forceCloseConnections: 'idle',
  });
  const api = await NestFactory.create<NestFastifyApplication>(ApiModule.forRoot(config), adapter, {
    logger: logger(config),
    bodyParser: false,
  });
  const server = adapter.getInstance<FastifyInstance>();
  await server.register(multipart, { limits: { files: 1, fields: 10, fileSize: Infinity } });
  server.removeContentTypeParser(['application/json', 'text/plain']);
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    try {
      done(null, parseJsonBody(String(body)));
    } catch (error) {
      done(error instanceof Error ? error : new Error(String(error)));
    }
  });
  server.addHook('onRequest', (request, reply, done) => {
    reply.header('X-Request-ID', request.id);
    done();
  });
  server.addHook('onSend', (_request, reply, _payload, done) => {
    reply.header('X-Response-Time-Ms', reply.elapsedTime.toFixed(3));
    done();
  });
  api.useGlobalPipes(validationPipe());
  api.useGlobalFilters(new ProblemFilter());
  api.enableShutdownHooks();
  serveDocs(api);
  return api;
}
