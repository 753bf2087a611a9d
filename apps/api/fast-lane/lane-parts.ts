import type { KeyCheck, KeyUses } from '@app/auth';
import type { Draining } from '@app/health';
import type { CounterSeries, Tracing } from '@app/metrics';
import type { Champions } from '@app/model-registry';
import type { RateLimits } from '@app/rate-limit';
import type { ScoringService } from '@app/scoring';
import type { RequestRecord } from '../request-record.js';
import type { HandedOn } from './handed-on.js';
import type { LaneRoutes } from './lane-routes.js';

/** What the fast lane needs of the application. */
export interface LaneParts {
  readonly routes: LaneRoutes;
  readonly handedOn: HandedOn;
  readonly keys: KeyCheck;
  readonly uses: KeyUses;
  readonly limits: RateLimits;
  readonly champions: Champions;
  readonly scoring: ScoringService;
  readonly tracing: Tracing;
  readonly record: RequestRecord;
  readonly draining: Draining;
  /** Counts those answered in the lane. */
  readonly answered: CounterSeries;
  /** Counts those whose route had to see the body, or the failure. */
  readonly left: CounterSeries;
}
