import { setImmediate as nextTurn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { Principal } from '@app/auth';
import { Problem } from '@app/common';
import { Config } from '@app/config';
import type { FieldError, Transaction } from '@app/features';
import { Champions, type LoadedVersion } from '@app/model-registry';
import { atOnce } from './at-once.js';
import { DecisionLog } from './decision-log/decision-log.js';
import { type Case, decisionOf } from './decision-of.js';
import type { DecisionRecord } from './decision-record.js';
import { Explainer } from './explainer.service.js';
import { KeyedDecisions } from './idempotency/keyed-decisions.js';
import { type Decided, type KeyedRequest, keyedRequestOf } from './idempotency/keyed-request.js';
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
import { idempotencyKeyReused } from './problems.js';
import { ScoringMetrics } from './scoring-metrics.js';
import { SingleDecisions } from './single-decisions.js';

/**
 * Of large ones, so many are worked on at a time: what is made of a list takes several times its memory, and a list that
 * waits only its own. The decision log has no more statements under way.
 */
const LARGE_BATCHES_AT_ONCE = 3;

const FEW_WARNINGS = { mostWarnings: WARNINGS_PER_TRANSACTION };

/** A decision, and the version that made it. */
export interface Scored {
  readonly version: Decided['version'];
  readonly record: DecisionRecord;
}

/** Per transaction, in order: its decision, or what is wrong with it. */
export interface ScoredEach {
  readonly version: Decided['version'];
  readonly outcomes: readonly ({ readonly record: DecisionRecord } | { readonly errors: readonly FieldError[] })[];
}

/**
 * Scores transactions by the champion of their model. Native and foreign routes share it. What comes with an
 * `Idempotency-Key` and was decided on before has those decisions again, of whatever version.
 */
@Injectable()
export class ScoringService {
  private readonly largeBatch = atOnce(LARGE_BATCHES_AT_ONCE);

  constructor(
    private readonly champions: Champions,
    private readonly explainer: Explainer,
    private readonly log: DecisionLog,
    private readonly metrics: ScoringMetrics,
    private readonly singles: SingleDecisions,
    private readonly keyedDecisions: KeyedDecisions,
    private readonly config: Config,
  ) {}

  /**
   * Decides on one transaction; resolves once the decision is committed.
   * @throws Problem 404 for an unknown model, 422 for a transaction that does not fit, 503 without a champion or database
   */
  async score(modelName: string, transaction: unknown, principal: Principal, explain = false): Promise<Scored> {
    // No turn of the event loop between finding the champion and holding it: it may be replaced at any.
    const version = this.champions.find(modelName) ?? (await this.champions.untilLoaded(modelName));
    noteVersion(modelName, version, principal);
    assertFits(version, transaction);
    const keyed = keyedRequestOf(principal);
    if (keyed) return this.scoreKeyed(version, transaction, principal, explain && !keyed.earlier);
    return version.onnx.whileLoaded(async () => {
      const reasons = explain ? await this.explainer.explain(version, transaction) : [];
      const inputs = JSON.stringify(transaction);
      const record = await new Promise<DecisionRecord>((decided, failed) => {
        this.singles.decide({ version, transaction, inputs, decidedFor: principal.name, reasons }, { decided, failed });
      });
      return { version, record };
    });
  }

  private async scoreKeyed(
    version: LoadedVersion,
    transaction: Transaction,
    principal: Principal,
    explain: boolean,
  ): Promise<Scored> {
    const decided = await version.onnx.whileLoaded(async () => {
      const reasons = explain ? await this.explainer.explain(version, transaction) : [];
      return this.decideOn(version, [transaction], principal, { reasons });
    });
    const [record] = decided.records;
    if (!record) throw new Error('there is no decision on a transaction that fits');
    return { version: decided.version, record };
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
  ): Promise<Decided> {
    const version = this.champions.find(modelName) ?? (await this.champions.untilLoaded(modelName));
    noteVersion(modelName, version, principal);
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
  ): Promise<Decided> {
    noteVersion(version.definition.name, version, principal);
    assertBatchSize(transactions);
    return this.inItsTurn(transactions, version, async () => {
      const fitting = await checkAll(version, transactions, pathOf);
      return this.decideOn(version, fitting, principal, FEW_WARNINGS);
    });
  }

  /**
   * Decides on the transactions that fit; resolves once their decisions are committed.
   * @throws Problem 404, 422 when there are too many, 503
   */
  async scoreEach(modelName: string, transactions: readonly unknown[], principal: Principal): Promise<ScoredEach> {
    assertBatchSize(transactions, 'transactions');
    const version = this.champions.find(modelName) ?? (await this.champions.untilLoaded(modelName));
    noteVersion(modelName, version, principal);
    return this.inItsTurn(transactions, version, async () => {
      const checked = await checkEach(version, transactions);
      const fitting = checked.flatMap((each) => ('transaction' in each ? [each.transaction] : []));
      const decided = await this.decideOn(version, fitting, principal, FEW_WARNINGS);
      const records = decided.records.values();
      const outcomes = checked.map((each) => {
        if ('errors' in each) return each;
        const { value: record } = records.next();
        if (!record) throw new Error('there are fewer decisions than transactions that fit');
        return { record };
      });
      return { version: decided.version, outcomes };
    });
  }

  /** A small list, which may be a single transaction, need not wait for large ones. */
  private inItsTurn<T>({ length }: readonly unknown[], { onnx }: LoadedVersion, work: () => Promise<T>): Promise<T> {
    return onnx.whileLoaded(() => (length > ROWS_PER_TURN ? this.largeBatch(work) : work()));
  }

  private async decideOn(
    version: LoadedVersion,
    transactions: readonly Transaction[],
    principal: Principal,
    { reasons = [], mostWarnings }: { readonly reasons?: Case['reasons']; readonly mostWarnings?: number },
  ): Promise<Decided> {
    const keyed = keyedRequestOf(principal);
    if (keyed?.earlier) return replayed(keyed.earlier, version, transactions, principal);
    const { name } = version.definition;
    const probabilities = await predictMany(version, transactions, (run) => this.metrics.timeRun(name, run));
    const records: DecisionRecord[] = [];
    for (const [row, transaction] of transactions.entries()) {
      if (row > 0 && row % ROWS_PER_TURN === 0) await nextTurn();
      const inputs = JSON.stringify(transaction);
      const asked = { version, transaction, inputs, decidedFor: principal.name, reasons };
      records.push(decisionOf(asked, probabilities[row] ?? NaN, this.config.fraudThreshold, mostWarnings));
    }
    await this.store(records, keyed);
    if (keyed?.earlier) return replayed(keyed.earlier, version, transactions, principal);
    this.metrics.count(name, version.version, records);
    return { version, records };
  }

  /** Stores decisions; where their request has a key, and was decided on meanwhile, that is noted instead. */
  private async store(records: readonly DecisionRecord[], keyed: KeyedRequest | undefined): Promise<void> {
    if (keyed && records.length > 0) {
      keyed.earlier = await this.keyedDecisions.store(keyed.claim, records);
      return;
    }
    await new Promise<void>((stored, refused) => {
      this.log.append({ records, stored, refused });
    });
  }
}

/** For the log and the figures. */
function noteVersion(model: string, { version }: Decided['version'], principal: Principal): void {
  principal.scoredBy = { model, version };
}

/**
 * What was decided before on the same transactions.
 * @throws Problem 409 where others of them fit than did by an earlier release of this service
 */
function replayed(
  earlier: Decided,
  { definition }: LoadedVersion,
  { length }: readonly Transaction[],
  principal: Principal,
): Decided {
  if (earlier.records.length !== length) throw idempotencyKeyReused();
  noteVersion(definition.name, earlier.version, principal);
  return earlier;
}

function assertFits({ validate }: LoadedVersion, transaction: unknown): asserts transaction is Transaction {
  const errors = validate(transaction);
  if (errors.length > 0) throw Problem.invalid(errors);
}
