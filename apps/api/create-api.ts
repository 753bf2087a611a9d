import multipart from '@fastify/multipart';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { logger, requestIdOf, validationPipe } from '@app/common';
import type { Config } from '@app/config';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ApiModule } from './api.module.js';
import { serveDocs } from './docs.js';
import { answerBadPath, ErrorForms } from './error-forms.js';
import { BYTES_PER_MEBIBYTE, parseBodies } from './parse-bodies.js';
import { answerUnreadable, ignoreExpectations } from './unreadable-request.js';

/** The API, ready to listen: pipes, filter, body parsers, headers, docs page. */
export async function createApi(config: Config): Promise<NestFastifyApplication> {
  const adapter = new FastifyAdapter({
    genReqId: requestIdOf,
    bodyLimit: BYTES_PER_MEBIBYTE,
    forceCloseConnections: 'idle',
    clientErrorHandler: answerUnreadable,
    frameworkErrors: (_error: Error, request: FastifyRequest, reply: FastifyReply) => {
      answerBadPath(request, reply);
    },
  });
  const api = await NestFactory.create<NestFastifyApplication>(ApiModule.forRoot(config), adapter, {
    logger: logger(config),
    bodyParser: false,
  });
  const server = adapter.getInstance<FastifyInstance>();
  await server.register(multipart, { limits: { files: 1, fields: 10, fileSize: Infinity } });
  parseBodies(server);
  ignoreExpectations(server);
  server.addHook('onRequest', (request, reply, done) => {
    reply.header('X-Request-ID', request.id);
    done();
  });
  server.addHook('onSend', (_request, reply, _payload, done) => {
    reply.header('X-Response-Time-Ms', reply.elapsedTime.toFixed(3));
    done();
  });
  api.useGlobalPipes(validationPipe());
  api.useGlobalFilters(new ErrorForms());
  api.enableShutdownHooks();
  serveDocs(api);
  return api;
}
