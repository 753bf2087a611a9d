import fastJsonStringify from 'fast-json-stringify';
import type { DecisionRecord } from './decision-record.js';
import type { DecisionDto } from './dto/decision.dto.js';

/** A decision as clients see it. */
export function toDecision(record: Omit<DecisionRecord, 'inputs'>, model: string, version: number): DecisionDto {
  return {
    decision_id: record.id,
    model,
    model_version: version,
    policy_version: record.policyVersion,
    probability: record.probability,
    score: record.score,
    decision: record.decision,
    is_fraud: record.isFraud,
    reasons: record.reasons.map((reason) => ({ ...reason })),
    warnings: record.warnings.map((warning) => ({ ...warning })),
    transaction_id: record.transactionId,
  };
}

const text = { type: 'string' } as const;
const integer = { type: 'integer' } as const;
const warning = { type: 'object', properties: { code: text, feature: text, message: text } } as const;
const reason = { type: 'object', properties: { feature: text, value: {}, contribution: { type: 'number' } } } as const;

/** {@link DecisionDto} as JSON: the same as `JSON.stringify` gives, in a quarter of the time. */
export const decisionJson: (decision: DecisionDto) => string = fastJsonStringify({
  type: 'object',
  properties: {
    decision_id: text,
    model: text,
    model_version: integer,
    policy_version: { type: 'integer', nullable: true },
    probability: { type: 'number' },
    score: integer,
    decision: text,
    is_fraud: { type: 'boolean' },
    reasons: { type: 'array', items: reason },
    warnings: { type: 'array', items: warning },
    transaction_id: {},
  },
});
