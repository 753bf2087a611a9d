import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { Principal } from '@app/auth';
import { Problem } from '@app/common';
import { Config } from '@app/config';
import { decide, type FieldError, toScore, type Transaction, TRANSACTION_ID } from '@app/features';
import { Champions, type LoadedVersion } from '@app/model-registry';
import { atOnce } from './at-once.js';
import { DecisionLog } from './decision-log/decision-log.js';
import { type DecisionRecord, newDecisionId } from './decision-record.js';
import { Explainer } from './explainer.service.js';
import {
  assertBatchSize,
  checkAll,
  checkEach,
  pathByIndex,
  type PathOf,
  predictMany,
  ROWS_PER_TURN,
  WARNINGS_PER_TRANSACTION,
} from './many.js';
import { ScoringMetrics } from './scoring-metrics.js';
import { SharedRuns } from './shared-runs.js';

/**
 * Of large ones, so many are worked on at a time: what is made of a list takes several times its memory, and a list that
 * waits only its own. The decision log has no more statements under way.
 */
const LARGE_BATCHES_AT_ONCE = 3;

/** A decision, and what it was made with. */
export interface Scored {
  readonly version: LoadedVersion;
  readonly record: DecisionRecord;
}

/** Decisions in the order of the transactions, and what they were made with. */
export interface ScoredAll {
  readonly version: LoadedVersion;
  readonly records: readonly DecisionRecord[];
}

/** Per transaction, in order: its decision, or what is wrong with it. */
export interface ScoredEach {
  readonly version: LoadedVersion;
  readonly outcomes: readonly ({ readonly record: DecisionRecord } | { readonly errors: readonly FieldError[] })[];
}

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

/** Whoever waits for a decision. One of the two is called, once. */
export interface DecisionSink {
  decided(record: DecisionRecord): void;
  failed(error: unknown): void;
}

/** Scores transactions by the champion of their model. Native and foreign routes share it. */
@Injectable()
export class ScoringService {
  private readonly largeBatch = atOnce(LARGE_BATCHES_AT_ONCE);

  constructor(
    private readonly champions: Champions,
    private readonly explainer: Explainer,
    private readonly log: DecisionLog,
    private readonly metrics: ScoringMetrics,
    private readonly runs: SharedRuns,
    private readonly config: Config,
  ) {}

  /**
   * Decides on one transaction; resolves once the decision is committed.
   * @throws Problem 404 for an unknown model, 422 for a transaction that does not fit, 503 without a champion or database
   */
  async score(modelName: string, transaction: unknown, principal: Principal, explain = false): Promise<Scored> {
    const version = await this.championFor(modelName, principal);
    assertFits(version, transaction);
    const reasons = explain ? await this.explainer.explain(version, transaction) : [];
    const inputs = JSON.stringify(transaction);
    const record = await new Promise<DecisionRecord>((decided, failed) => {
      this.decide({ version, transaction, inputs, decidedFor: principal.name, reasons }, { decided, failed });
    });
    return { version, record };
  }

  /** The same for a caller that has found the champion and looked at the transaction: without a promise. */
  decide(asked: Case, sink: DecisionSink): void {
    const { version, transaction } = asked;
    const failed = (error: unknown): void => {
      sink.failed(error);
    };
    const predicted = (probability: number): void => {
      const record = this.recordOf(asked, probability);
      const records = [record];
      const stored = (): void => {
        this.metrics.count(version.definition.name, version.version, records);
        sink.decided(record);
      };
      this.log.append({ records, stored, refused: failed });
    };
    this.runs.predict(version, transaction, { predicted, failed }, this.flushLog);
  }

  /** What came of one run is written together, in this turn of the event loop. */
  private readonly flushLog = (): void => {
    this.log.flushRun();
  };

  /**
   * Decides on all transactions or on none; resolves once all decisions are committed.
   * @param pathOf names a wrong field as the client sent it
   * @throws Problem 404, 422 when there are too many or one does not fit, 503
   */
  async scoreAll(
    modelName: string,
    transactions: readonly unknown[],
    principal: Principal,
    pathOf: PathOf = pathByIndex,
  ): Promise<ScoredAll> {
    const version = await this.championFor(modelName, principal);
    return this.scoreAllBy(version, transactions, principal, pathOf);
  }

  /**
   * The same by a version that the caller holds, in its `whileLoaded` where anything was awaited since it was found.
   * @throws Problem 422, 503
   */
  async scoreAllBy(
    version: LoadedVersion,
    transactions: readonly unknown[],
    principal: Principal,
    pathOf: PathOf,
  ): Promise<ScoredAll> {
    noteVersion(version, principal);
    assertBatchSize(transactions);
    return this.inItsTurn(transactions, version, async () => {
      const fitting = await checkAll(version, transactions, pathOf);
      return { version, records: await this.decideOn(version, fitting, principal) };
    });
  }

  /**
   * Decides on the transactions that fit; resolves once their decisions are committed.
   * @throws Problem 404, 422 when there are too many, 503
   */
  async scoreEach(modelName: string, transactions: readonly unknown[], principal: Principal): Promise<ScoredEach> {
    assertBatchSize(transactions, 'transactions');
    const version = await this.championFor(modelName, principal);
    return this.inItsTurn(transactions, version, async () => {
      const checked = await checkEach(version, transactions);
      const fitting = checked.flatMap((each) => ('transaction' in each ? [each.transaction] : []));
      const records = (await this.decideOn(version, fitting, principal)).values();
      const outcomes = checked.map((each) => {
        if ('errors' in each) return each;
        const { value: record } = records.next();
        if (!record) throw new Error('there are fewer decisions than transactions that fit');
        return { record };
      });
      return { version, outcomes };
    });
  }

  /** A small list, which may be a single transaction, need not wait for large ones. */
  private inItsTurn<T>({ length }: readonly unknown[], { onnx }: LoadedVersion, work: () => Promise<T>): Promise<T> {
    return onnx.whileLoaded(() => (length > ROWS_PER_TURN ? this.largeBatch(work) : work()));
  }

  private async championFor(modelName: string, principal: Principal): Promise<LoadedVersion> {
    const version = this.champions.find(modelName) ?? (await this.champions.untilLoaded(modelName));
    noteVersion(version, principal);
    return version;
  }

  private async decideOn(
    version: LoadedVersion,
    transactions: readonly Transaction[],
    principal: Principal,
  ): Promise<DecisionRecord[]> {
    const { name } = version.definition;
    const probabilities = await predictMany(version, transactions, (run) => this.metrics.timeRun(name, run));
    const records: DecisionRecord[] = [];
    for (const [row, transaction] of transactions.entries()) {
      if (row > 0 && row % ROWS_PER_TURN === 0) await nextTurn();
      const inputs = JSON.stringify(transaction);
      const asked = { version, transaction, inputs, decidedFor: principal.name, reasons: [] };
      records.push(this.recordOf(asked, probabilities[row] ?? NaN, WARNINGS_PER_TRANSACTION));
    }
    await new Promise<void>((stored, refused) => {
      this.log.append({ records, stored, refused });
    });
    this.metrics.count(name, version.version, records);
    return records;
  }

  /** @param mostWarnings left out: all of them */
  private recordOf(asked: Case, probability: number, mostWarnings?: number): DecisionRecord {
    const { version, transaction, inputs, decidedFor, reasons } = asked;
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
      isFraud: score >= this.config.fraudThreshold,
      reasons,
      warnings: version.warnings(transaction, mostWarnings),
      decidedFor,
    };
  }
}

/** For the log and the figures. */
function noteVersion({ definition, version }: LoadedVersion, principal: Principal): void {
  principal.scoredBy = { model: definition.name, version };
}

function assertFits({ validate }: LoadedVersion, transaction: unknown): asserts transaction is Transaction {
  const errors = validate(transaction);
  if (errors.length > 0) throw Problem.invalid(errors);
}

function transactionIdOf(transaction: Transaction): string | number | null {
  const id = transaction[TRANSACTION_ID];
  return typeof id === 'string' || typeof id === 'number' ? id : null;
}
