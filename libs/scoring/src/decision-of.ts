import { decide, toScore, type Transaction, TRANSACTION_ID } from '@app/features';
import type { LoadedVersion } from '@app/model-registry';
import { type DecisionRecord, newDecisionId } from './decision-record.js';

/** What is decided on besides the probability. */
export interface Case {
  readonly version: LoadedVersion;
  /** One that fits the version. */
  readonly transaction: Transaction;
  /** The same as JSON. */
  readonly inputs: string;
  /** The name of the key that asks. */
  readonly decidedFor: string;
  readonly reasons: DecisionRecord['reasons'];
}

/**
 * The decision on one transaction, made now.
 * @param fraudThreshold the score from which on it counts as fraud, 0 to 100
 * @param mostWarnings left out: all of them
 */
export function decisionOf(
  { version, transaction, inputs, decidedFor, reasons }: Case,
  probability: number,
  fraudThreshold: number,
  mostWarnings?: number,
): DecisionRecord {
  const { modelId, versionId, policy } = version;
  const score = toScore(probability);
  const decidedAt = Date.now();
  return {
    id: newDecisionId(decidedAt),
    decidedAt,
    modelId,
    versionId,
    transactionId: transactionIdOf(transaction),
    inputs,
    probability,
    score,
    policyVersion: policy.policyVersion,
    decision: decide(probability, policy),
    isFraud: score >= fraudThreshold,
    reasons,
    warnings: version.warnings(transaction, mostWarnings),
    decidedFor,
  };
}

function transactionIdOf(transaction: Transaction): string | number | null {
  const id = transaction[TRANSACTION_ID];
  return typeof id === 'string' || typeof id === 'number' ? id : null;
}
