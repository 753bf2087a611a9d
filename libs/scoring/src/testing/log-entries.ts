import type { DecisionRecord } from '../decision-record.js';
import type { LogEntry } from '../decision-log/log-queue.js';

const record = (inputs: string): DecisionRecord => ({
  id: '0190d3a0-0000-7000-8000-000000000000',
  decidedAt: 0,
  modelId: 1,
  versionId: 1,
  policyVersion: 1,
  transactionId: null,
  inputs,
  probability: 0,
  score: 0,
  decision: 'approve',
  isFraud: false,
  reasons: [],
  warnings: [],
  decidedFor: 'test',
});

/** A request of so many decisions, which does not mind what becomes of them. */
export const entryOf = (rows: number, inputs = '{}'): LogEntry => ({
  records: Array.from({ length: rows }, () => record(inputs)),
  stored: () => undefined,
  refused: () => undefined,
});
