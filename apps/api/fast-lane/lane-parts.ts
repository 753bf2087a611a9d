import { KeyCheck, KeyUses } from '@app/auth';
import { Draining } from '@app/health';
import { type CounterSeries, Metrics, Tracing } from '@app/metrics';
import { Champions } from '@app/model-registry';
import { RateLimits } from '@app/rate-limit';
import { SingleDecisions } from '@app/scoring';
import type { INestApplication } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import type { RequestRecord } from '../request-record.js';
import { HandedOn } from './handed-on.js';
import { LaneRoutes } from './lane-routes.js';

/** What the fast lane needs of the application. */
export interface LaneParts {
  readonly routes: Pick<LaneRoutes, 'targetOf'>;
  readonly handedOn: Pick<HandedOn, 'withFailure'>;
  readonly keys: Pick<KeyCheck, 'scorerOf' | 'generation'>;
  readonly uses: Pick<KeyUses, 'add'>;
  readonly limits: Pick<RateLimits, 'isFull' | 'countIfFar' | 'count'>;
  readonly champions: Pick<Champions, 'find'>;
  readonly singles: Pick<SingleDecisions, 'decide'>;
  readonly tracing: Pick<Tracing, 'begin'>;
  readonly record: Pick<RequestRecord, 'begin' | 'end' | 'write'>;
  readonly draining: Pick<Draining, 'saysGoodbye'>;
  /** Counts those answered in the lane. */
  readonly answered: Pick<CounterSeries, 'add'>;
  /** Counts those whose route had to see the body, or the failure. */
  readonly left: Pick<CounterSeries, 'add'>;
}

/** Those of this application. */
export function lanePartsOf(server: FastifyInstance, api: INestApplication, record: RequestRecord): LaneParts {
  const champions = api.get(Champions);
  const outcomes = api
    .get(Metrics)
    .counter(
      'fraud_fast_lane_requests_total',
      'Requests that the fast lane answered, also if the client had gone, or left to their route.',
      ['outcome'],
    );
  return {
    routes: new LaneRoutes(champions),
    handedOn: new HandedOn(server),
    keys: api.get(KeyCheck),
    uses: api.get(KeyUses),
    limits: api.get(RateLimits),
    champions,
    singles: api.get(SingleDecisions),
    tracing: api.get(Tracing),
    record,
    draining: api.get(Draining),
    answered: outcomes.series({ outcome: 'answered' }),
    left: outcomes.series({ outcome: 'left' }),
  };
}
