import type { Transaction } from '@app/features';
import { decisionJson, toDecision } from './decision-json.js';
import type { DecisionRecord } from './decision-record.js';

/** A route that scores the one transaction its body is, as far as the fast lane must know it. */
export interface SingleRoute {
  /** As its controller declares it, with a leading slash. */
  readonly route: string;
  /** The answer to a decision as JSON: the same that its controller gives. */
  readonly answer: (record: DecisionRecord, model: string, version: number) => string;
  /** Whether the route takes a transaction that fits its model; left out: always. */
  readonly takes?: (transaction: Transaction) => boolean;
}

export const SCORE_ROUTE: SingleRoute = {
  route: '/v1/models/:model/score',
  answer: (record, model, version) => decisionJson(toDecision(record, model, version)),
};
