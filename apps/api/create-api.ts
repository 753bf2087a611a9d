import multipart from '@fastify/multipart';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { KeyCheck } from '@app/auth';
import { logger, ProblemFilter, validationPipe } from '@app/common';
import { INFERENCE_ERRORS } from '@app/compat';
import type { Config } from '@app/config';
import { Draining } from '@app/health';
import { type Metrics, Tracing } from '@app/metrics';
import { Champions } from '@app/model-registry';
import { RateLimits } from '@app/rate-limit';
import type { FastifyInstance } from 'fastify';
import { ApiModule } from './api.module.js';
import { boundBodies } from './bound-bodies.js';
import { serveDocs } from './docs.js';
import { lanePartsOf } from './fast-lane/lane-parts.js';
import { openFastLane } from './fast-lane/open-fast-lane.js';
import { hangUpAtTheEnd } from './hang-up-at-the-end.js';
import { heedExpectations } from './heed-expectations.js';
import { httpServer } from './http-server.js';
import { limitBodyTime } from './limit-body-time.js';
import { observeRequests } from './observe-requests.js';
import { parseBodies } from './parse-bodies.js';
import { refuseEarly } from './refuse-early.js';
import { RequestLog } from './request-log.js';
import { RequestRecord } from './request-record.js';

/** What Node takes off a connection at most at once. */
const SOCKET_READ_BYTES = 65_536;

/** The API, ready to listen: pipes, filter, body parsers, headers, docs page. */
export async function createApi(config: Config, metrics: Metrics): Promise<NestFastifyApplication> {
  const errors = new ProblemFilter([INFERENCE_ERRORS]);
  const record = new RequestRecord(metrics, new RequestLog(config));
  const adapter = httpServer(errors, record, config);
  const api = await NestFactory.create<NestFastifyApplication>(ApiModule.forRoot(config, metrics), adapter, {
    logger: logger(config),
    bodyParser: false,
  });
  const server = adapter.getInstance<FastifyInstance>();
  observeRequests(server, {
    tracing: api.get(Tracing),
    champions: api.get(Champions),
    record,
  });
  limitBodyTime(server, errors);
  await server.register(multipart, {
    limits: { files: 1, fields: 10, fileSize: Infinity },
    // More than one read of the socket: the parser never ends where a part that it skips fills what it keeps.
    fileHwm: 2 * SOCKET_READ_BYTES,
  });
  server.addHook('onRequest', (request, reply, done) => {
    reply.header('X-Request-ID', request.id);
    done();
  });
  server.addHook('onSend', (_request, reply, _payload, done) => {
    reply.header('X-Response-Time-Ms', reply.elapsedTime.toFixed(3));
    done();
  });
  hangUpAtTheEnd(server, api.get(Draining));
  refuseEarly(server, api.get(KeyCheck), api.get(RateLimits));
  parseBodies(server);
  boundBodies(server);
  heedExpectations(server);
  openFastLane(server.server, lanePartsOf(server, api, record));
  api.useGlobalPipes(validationPipe());
  api.useGlobalFilters(errors);
  api.enableShutdownHooks();
  serveDocs(api);
  return api;
}
