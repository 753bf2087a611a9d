import { Injectable } from '@nestjs/common';
import { Config } from '@app/config';
import { DecisionLog } from './decision-log/decision-log.js';
import { type Case, decisionOf } from './decision-of.js';
import type { DecisionRecord } from './decision-record.js';
import { ScoringMetrics } from './scoring-metrics.js';
import { SharedRuns } from './shared-runs.js';

/** Whoever waits for a decision. One of the two is called, once. */
export interface DecisionSink {
  decided(record: DecisionRecord): void;
  failed(error: unknown): void;
}

/** Decides on single transactions, which share runs and statements: without a promise for each. */
@Injectable()
export class SingleDecisions {
  constructor(
    private readonly runs: SharedRuns,
    private readonly log: DecisionLog,
    private readonly metrics: ScoringMetrics,
    private readonly config: Config,
  ) {}

  /** Tells the sink once the decision is committed. */
  decide(asked: Case, sink: DecisionSink): void {
    const { version, transaction } = asked;
    const failed = (error: unknown): void => {
      sink.failed(error);
    };
    const predicted = (probability: number): void => {
      const record = decisionOf(asked, probability, this.config.fraudThreshold);
      const records = [record];
      const stored = (): void => {
        this.metrics.count(version.definition.name, version.version, records);
        sink.decided(record);
      };
      this.log.append({ records, stored, refused: failed });
    };
    this.runs.predict(version, transaction, { predicted, failed }, this.flushLog);
  }

  /** What came of one run goes to the log in this turn of the event loop. */
  private readonly flushLog = (): void => {
    this.log.flushRun();
  };
}
