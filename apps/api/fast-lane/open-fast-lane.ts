import { KeyCheck, KeyUses } from '@app/auth';
import { Draining } from '@app/health';
import { Metrics, Tracing } from '@app/metrics';
import { Champions } from '@app/model-registry';
import { RateLimits } from '@app/rate-limit';
import { ScoringService } from '@app/scoring';
import type { INestApplication } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import type { RequestRecord } from '../request-record.js';
import { FastLane } from './fast-lane.js';
import { HandedOn } from './handed-on.js';
import { LaneRoutes } from './lane-routes.js';

/** Puts the fast lane before all routes. Call it when all that observes and refuses is there. */
export function openFastLane(server: FastifyInstance, api: INestApplication, record: RequestRecord): void {
  const [ordinary, ...more] = server.server.listeners('request');
  if (!ordinary || more.length > 0) throw new Error('the HTTP server has another listener than the one of its routes');
  const champions = api.get(Champions);
  const outcomes = api
    .get(Metrics)
    .counter(
      'fraud_fast_lane_requests_total',
      'Requests that the fast lane answered, also if the client had gone, or left to their route.',
      ['outcome'],
    );
  const lane = new FastLane({
    routes: new LaneRoutes(champions),
    handedOn: new HandedOn(server, (request, response) => {
      Reflect.apply(ordinary, server.server, [request, response]);
    }),
    keys: api.get(KeyCheck),
    uses: api.get(KeyUses),
    limits: api.get(RateLimits),
    champions,
    scoring: api.get(ScoringService),
    tracing: api.get(Tracing),
    record,
    draining: api.get(Draining),
    answered: outcomes.series({ outcome: 'answered' }),
    left: outcomes.series({ outcome: 'left' }),
  });
  server.server.removeAllListeners('request');
  server.server.on('request', lane.take);
}
