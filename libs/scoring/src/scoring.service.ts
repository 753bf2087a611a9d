import { Injectable } from '@nestjs/common';
import type { Principal } from '@app/auth';
import { Problem } from '@app/common';
import { Config } from '@app/config';
import { decide, type FieldError, toScore, type Transaction, TRANSACTION_ID } from '@app/features';
import { Champions, type LoadedVersion } from '@app/model-registry';
import { v7 as uuidv7 } from 'uuid';
import { atOnce } from './at-once.js';
import { DecisionLog, type DecisionRecord } from './decision-log.js';
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

/** Scores transactions by the champion of their model. Native and foreign routes share it. */
@Injectable()
export class ScoringService {
  private readonly largeBatch = atOnce(LARGE_BATCHES_AT_ONCE);

  constructor(
    private readonly champions: Champions,
    private readonly explainer: Explainer,
    private readonly log: DecisionLog,
    private readonly metrics: ScoringMetrics,
    private readonly config: Config,
  ) {}

  /**
   * Decides on one transaction; resolves once the decision is committed.
   * @throws Problem 404 for an unknown model, 422 for a transaction that does not fit, 503 without a champion or database
   */
  async score(modelName: string, transaction: unknown, principal: Principal, explain = false): Promise<Scored> {
    const version = await this.championFor(modelName, principal);
    assertFits(version, transaction);
    const { vectoriser } = version;
    const inputs = new Float32Array(vectoriser.width);
    vectoriser.write(transaction, inputs, 0);
    const [probability = NaN] = await this.metrics.timeRun(modelName, () => version.onnx.predict(inputs, 1));
    const reasons = explain ? await this.explainer.explain(version, transaction, inputs) : [];
    const warnings = version.warnings(transaction);
    const record = this.recordOf(version, transaction, probability, principal, { reasons, warnings });
    await this.log.append([record]);
    this.metrics.count(modelName, version.version, [record]);
    return { version, record };
  }

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
    const records = transactions.map((transaction, row) =>
      this.recordOf(version, transaction, probabilities[row] ?? NaN, principal, {
        reasons: [],
        warnings: version.warnings(transaction, WARNINGS_PER_TRANSACTION),
      }),
    );
    await this.log.append(records);
    this.metrics.count(name, version.version, records);
    return records;
  }

  private recordOf(
    { modelId, versionId, policy }: LoadedVersion,
    transaction: Transaction,
    probability: number,
    principal: Principal,
    grounds: Pick<DecisionRecord, 'reasons' | 'warnings'>,
  ): DecisionRecord {
    const score = toScore(probability);
    return {
      id: uuidv7(),
      decidedAt: new Date(),
      modelId,
      versionId,
      transactionId: transactionIdOf(transaction),
      inputs: transaction,
      probability,
      score,
      policyVersion: policy.policyVersion,
      decision: decide(probability, policy),
      isFraud: score >= this.config.fraudThreshold,
      ...grounds,
      decidedFor: principal.name,
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

function transactionIdOf(transaction: Transaction): string | null {
  const id = transaction[TRANSACTION_ID];
  return typeof id === 'string' || typeof id === 'number' ? String(id) : null;
}
