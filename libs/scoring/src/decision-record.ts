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
/** Those of one id. */
const bytes = new Uint8Array(ID_BYTES);

/** The moment of the last id, and its place among those of the same one. */
let last = { msecs: 0, seq: 0 };

/**
 * A new version 7 UUID of this moment (milliseconds since 1970). Those of one process are in order, also within a
 * millisecond and where the clock goes back.
 */
export function newDecisionId(now: number): string {
  if (used === random.length) {
    randomFillSync(random);
    used = 0;
  }
  for (let at = 0; at < ID_BYTES; at++) bytes[at] = random[used++] ?? 0;
  // A start by chance, and room for as many again: two processes hardly ever meet.
  if (now > last.msecs) last = { msecs: now, seq: start(bytes) };
  else last.seq += 1;
  return uuidv7({ msecs: last.msecs, seq: last.seq, random: bytes });
}

/** 31 bits of them. */
function start([first = 0, second = 0, third = 0, fourth = 0]: Uint8Array): number {
  return ((first & 0x7f) << 24) | (second << 16) | (third << 8) | fourth;
}
