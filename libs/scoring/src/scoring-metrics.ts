import { Injectable } from '@nestjs/common';
import { DECISION_OUTCOMES } from '@app/features';
import { Metrics } from '@app/metrics';
import type { DecisionRow } from './decision.entity.js';

/** Of the score: finer where most transactions are, and where decisions are made. */
const SCORES = [0, 1, 2, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100];
const RUN_SECONDS = [0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1];
const LOG_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.5, 1, 2.5, 5, 10];

/** Of each model: a model that is trained every night must not leave a series behind every day. */
const VERSIONS_KEPT = 5;

type Decided = Pick<DecisionRow, 'decision' | 'score' | 'warnings'>;

/** What scoring tells of itself. Models and versions are named as the registry has them, never as a request did. */
@Injectable()
export class ScoringMetrics {
  private readonly decisions = this.metrics.counter('fraud_decisions_total', 'Decisions stored.', [
    'model',
    'version',
    'decision',
  ]);
  private readonly scores = this.metrics.histogram(
    'fraud_score',
    'Scores of the decisions stored, 0 to 100.',
    ['model', 'version'],
    SCORES,
  );
  private readonly warnings = this.metrics.counter(
    'fraud_warnings_total',
    'Warnings of values that training never saw, by their code.',
    ['model', 'code'],
  );
  private readonly runs = this.metrics.histogram(
    'fraud_onnx_run_duration_seconds',
    'One ONNX run, of one row or up to a thousand, its turn of the event loop included.',
    ['model'],
    RUN_SECONDS,
  );
  private readonly log = this.metrics.histogram(
    'fraud_decision_log_duration_seconds',
    'From a decision to its commit.',
    [],
    LOG_SECONDS,
  );
  /** By model, the versions that have series; the one that scored last comes last. */
  private readonly versions = new Map<string, string[]>();

  constructor(private readonly metrics: Metrics) {}

  /** Shows how many decisions wait to be committed. */
  watchLog(unwritten: () => number): void {
    this.metrics.gauge('fraud_decision_log_waiting', 'Decisions that are made and not committed yet.', [], () => [
      { labels: {}, value: unwritten() },
    ]);
  }

  /** A request's decisions are committed, or were refused. */
  logged(milliseconds: number): void {
    this.log.observe(milliseconds / 1_000);
  }

  async timeRun<T>(model: string, run: () => Promise<T>): Promise<T> {
    const since = performance.now();
    const result = await run();
    this.runs.observe({ model }, (performance.now() - since) / 1_000);
    return result;
  }

  /** Counts decisions that are stored. */
  count(model: string, number: number, decisions: readonly Decided[]): void {
    const version = String(number);
    this.keep(model, version);
    for (const { decision, score, warnings } of decisions) {
      this.decisions.inc({ model, version, decision });
      this.scores.observe({ model, version }, score);
      for (const { code } of warnings) this.warnings.inc({ model, code });
    }
  }

  private keep(model: string, version: string): void {
    const kept = this.versions.get(model) ?? [];
    if (kept.at(-1) === version) return;
    const lastUsed = [...kept.filter((each) => each !== version), version];
    this.versions.set(model, lastUsed.slice(-VERSIONS_KEPT));
    for (const dropped of lastUsed.slice(0, -VERSIONS_KEPT)) {
      this.scores.remove({ model, version: dropped });
      for (const decision of DECISION_OUTCOMES) this.decisions.remove({ model, version: dropped, decision });
    }
  }
}
