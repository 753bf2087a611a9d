import { type DecisionOutcome, type ScoringWarning, TRANSACTION_ID } from '@app/features';
import { INSERT } from '../decision-log/insert.js';
import type { DecisionRecord } from '../decision-record.js';
import type { Reason } from '../explainer.service.js';

/** So long a key stands for its request. Beyond that it is as good as new, whether it was deleted yet or not. */
const REMEMBERED = `interval '24 hours'`;

/**
 * Claims a key and stores decisions, or does neither; gives a row when it did. Who claims the same key at the same time
 * waits for the commit. Parameters: those of {@link INSERT}, the API key's id, the key, the request's hash, all ids.
 */
export const CLAIM_AND_INSERT = `
  WITH claimed AS (
    INSERT INTO idempotency_keys (api_key_id, key, request_hash, decision_ids) VALUES ($15, $16, $17, $18)
    ON CONFLICT (api_key_id, key) DO UPDATE
      SET request_hash = excluded.request_hash, decision_ids = excluded.decision_ids, created_at = excluded.created_at
      WHERE idempotency_keys.created_at < now() - ${REMEMBERED}
    RETURNING 1
  ), stored AS (
    ${INSERT}
    WHERE EXISTS (SELECT FROM claimed)
  )
  SELECT FROM claimed`;

/** Parameters: the API key's id, the key, the request's hash. */
export const FIND_KEY = `
  SELECT request_hash = $3 AS same, decision_ids AS ids FROM idempotency_keys
  WHERE api_key_id = $1 AND key = $2 AND created_at >= now() - ${REMEMBERED}`;

/** Only while it stands for these decisions. Parameters: the API key's id, the key, the ids. */
export const FORGET_KEY = `
  DELETE FROM idempotency_keys WHERE api_key_id = $1 AND key = $2 AND decision_ids = $3::uuid[]`;

/** A block of those that stand for nothing any more, without waiting for anybody. Parameter: its rows at most. */
export const DELETE_OLD_KEYS = `
  DELETE FROM idempotency_keys WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM idempotency_keys WHERE created_at < now() - ${REMEMBERED} LIMIT $1 FOR UPDATE SKIP LOCKED))`;

/** Parameter: ids. In any order. */
export const READ_DECISIONS = `
  SELECT decisions.id, decided_at, decisions.model_id, version_id, version, coalesce(sent::text, inputs::text) AS inputs,
         coalesce(sent -> '${TRANSACTION_ID}', (inputs -> '${TRANSACTION_ID}')::json) AS transaction_id, probability, score,
         policy_version, decision, is_fraud, reasons, warnings, decided_for
  FROM decisions JOIN model_versions ON model_versions.id = version_id
  WHERE decisions.id = ANY ($1::uuid[])`;

/** A row of {@link READ_DECISIONS}. */
export interface StoredRow {
  readonly id: string;
  readonly decided_at: Date;
  readonly model_id: number;
  readonly version_id: number;
  readonly version: number;
  readonly inputs: string;
  /** As it was sent. */
  readonly transaction_id: unknown;
  readonly probability: number;
  readonly score: number;
  readonly policy_version: number | null;
  readonly decision: DecisionOutcome;
  readonly is_fraud: boolean;
  readonly reasons: readonly Reason[];
  readonly warnings: readonly ScoringWarning[];
  readonly decided_for: string;
}

/** The decision as it was made. Fields of documents in the order of their first answer: the database has another. */
export function toRecord(row: StoredRow): DecisionRecord {
  const { transaction_id: sent } = row;
  return {
    id: row.id,
    decidedAt: row.decided_at.getTime(),
    modelId: row.model_id,
    versionId: row.version_id,
    transactionId: typeof sent === 'string' || typeof sent === 'number' ? sent : null,
    inputs: row.inputs,
    probability: row.probability,
    score: row.score,
    policyVersion: row.policy_version,
    decision: row.decision,
    isFraud: row.is_fraud,
    reasons: row.reasons.map(({ feature, value, contribution }) => ({ feature, value, contribution })),
    warnings: row.warnings.map(({ code, feature, message }) => ({ code, feature, message })),
    decidedFor: row.decided_for,
  };
}
