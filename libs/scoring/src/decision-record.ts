import { randomFillSync } from 'node:crypto';
import type { DecisionOutcome, ScoringWarning } from '@app/features';
import { v7 as uuidv7 } from 'uuid';
import type { Reason } from './explainer.service.js';

/** A decision as the log takes it. */
export interface DecisionRecord {
  /** A version 7 UUID: it begins with the time of the decision. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly decidedAt: number;
  readonly modelId: number;
  readonly versionId: number;
  /** As it was sent; the column keeps a number as text. */
  readonly transactionId: string | number | null;
  /** The transaction as it was sent, in JSON. */
  readonly inputs: string;
  readonly probability: number;
  readonly score: number;
  readonly policyVersion: number | null;
  readonly decision: DecisionOutcome;
  readonly isFraud: boolean;
  readonly reasons: readonly Reason[];
  readonly warnings: readonly ScoringWarning[];
  /** The name of the key that asked. */
  readonly decidedFor: string;
}

const ID_BYTES = 16;
/** Random bytes for 512 ids: asking for those of each by themselves takes several times as long as all else. */
const random = new Uint8Array(512 * ID_BYTES);
let used = random.length;

/** A new version 7 UUID of this moment (milliseconds since 1970). */
export function newDecisionId(msecs: number): string {
  if (used === random.length) {
    randomFillSync(random);
    used = 0;
  }
  used += ID_BYTES;
  return uuidv7({ msecs, random: random.subarray(used - ID_BYTES, used) });
}
