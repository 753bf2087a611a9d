import { Injectable } from '@nestjs/common';
import { DECISION_OUTCOMES, type DecisionOutcome, type WarningCode } from '@app/features';
import { type CounterSeries, type HistogramSeries, Metrics } from '@app/metrics';
import type { DecisionRecord } from './decision-record.js';

/** Of the score: finer where most transactions are, and where decisions are made. */
const SCORES = [0, 1, 2, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100];
const RUN_SECONDS = [0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1];
const LOG_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.5, 1, 2.5, 5, 10];

/** Of each model: a model that is trained every night must not leave a series behind every day. */
const VERSIONS_KEPT = 5;

type Decided = Pick<DecisionRecord, 'decision' | 'score' | 'warnings'>;

/** The series of one version. */
interface VersionSeries {
  readonly version: number;
  readonly decisions: Readonly<Record<DecisionOutcome, CounterSeries>>;
  readonly scores: HistogramSeries;
}

/** What scoring tells of itself. Models and versions are named as the registry has them, never as a request did. */
@Injectable()
export class ScoringMetrics {
  private readonly decisions = this.metrics.counter('fraud_decisions_total', 'Decisions stored, or promised to be.', [
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
  private readonly log = this.metrics
    .histogram('fraud_decision_log_duration_seconds', 'From a decision to its commit.', [], LOG_SECONDS)
    .series({});
  /** By model, the versions that have series; the one that scored last comes last. */
  private readonly versions = new Map<string, VersionSeries[]>();

  /** By model and code. They are never dropped: there are few codes. */
  private readonly warningsOf = new Map<string, Map<WarningCode, CounterSeries>>();

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
    this.runs.series({ model }).observe((performance.now() - since) / 1_000);
    return result;
  }

  /** Counts decisions that are stored. */
  count(model: string, version: number, decided: readonly Decided[]): void {
    const { decisions, scores } = this.seriesOf(model, version);
    for (const { decision, score, warnings } of decided) {
      decisions[decision].add();
      scores.observe(score);
      for (const { code } of warnings) this.countWarning(model, code);
    }
  }

  private countWarning(model: string, code: WarningCode): void {
    let byCode = this.warningsOf.get(model);
    if (!byCode) this.warningsOf.set(model, (byCode = new Map<WarningCode, CounterSeries>()));
    let series = byCode.get(code);
    if (!series) byCode.set(code, (series = this.warnings.series({ model, code })));
    series.add();
  }

  private seriesOf(model: string, version: number): VersionSeries {
    const kept = this.versions.get(model) ?? [];
    const last = kept.at(-1);
    if (last?.version === version) return last;
    const series = kept.find((each) => each.version === version) ?? this.makeSeries(model, version);
    const lastUsed = [...kept.filter((each) => each !== series), series];
    this.versions.set(model, lastUsed.slice(-VERSIONS_KEPT));
    for (const dropped of lastUsed.slice(0, -VERSIONS_KEPT)) this.drop(model, dropped.version);
    return series;
  }

  private makeSeries(model: string, number: number): VersionSeries {
    const version = String(number);
    const counterOf = (decision: DecisionOutcome): CounterSeries => this.decisions.series({ model, version, decision });
    return {
      version: number,
      decisions: { approve: counterOf('approve'), review: counterOf('review'), block: counterOf('block') },
      scores: this.scores.series({ model, version }),
    };
  }

  private drop(model: string, number: number): void {
    const version = String(number);
    this.scores.drop({ model, version });
    for (const decision of DECISION_OUTCOMES) this.decisions.drop({ model, version, decision });
  }
}
