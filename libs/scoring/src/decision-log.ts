import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { errorText, isDatabaseAway } from '@app/common';
import { DataSource, QueryFailedError } from 'typeorm';
import type { DecisionRow } from './decision.entity.js';
import { ScoringMetrics } from './scoring-metrics.js';

export type DecisionRecord = Omit<DecisionRow, 'model' | 'version'>;

/** Statements under way at once; what comes meanwhile goes together into the next. */
const STATEMENTS_IN_FLIGHT = 3;
const ROWS_PER_STATEMENT = 500;

const INSERT = `
  INSERT INTO decisions (id, decided_at, model_id, version_id, transaction_id, inputs, probability, score, decision,
                         is_fraud, reasons, warnings, decided_for, policy_version)
  SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::integer[], $4::integer[], $5::text[], $6::jsonb[],
                       $7::double precision[], $8::smallint[], $9::text[], $10::boolean[], $11::jsonb[], $12::jsonb[],
                       $13::text[], $14::integer[])`;

/** PostgreSQL's codes of what is wrong with a row: 22 (data), 23 (integrity), 54 (larger than can be stored). */
const REFUSED_ROW = /^(22|23|54)/;

interface Waiting {
  readonly records: readonly DecisionRecord[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Writes decisions by group commit: requests that wait together share one statement. */
@Injectable()
export class DecisionLog {
  private readonly logger = new Logger(DecisionLog.name);
  private waiting: Waiting[] = [];
  private inFlight = 0;
  /** Decisions that are not committed yet. */
  private unwritten = 0;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly metrics: ScoringMetrics,
  ) {
    metrics.watchLog(() => this.unwritten);
  }

  /** Resolves once the decisions of one request are committed, all of them; rejects when none is. */
  append(records: readonly DecisionRecord[]): Promise<void> {
    if (records.length === 0) return Promise.resolve();
    const since = performance.now();
    this.unwritten += records.length;
    return new Promise<void>((resolve, reject) => {
      this.waiting.push({ records, resolve, reject });
      // By the end of this turn of the event loop, whoever else arrived in it is waiting, too.
      if (this.waiting.length === 1)
        setImmediate(() => {
          this.flush();
        });
    }).finally(() => {
      this.unwritten -= records.length;
      this.metrics.logged(performance.now() - since);
    });
  }

  private flush(): void {
    while (this.inFlight < STATEMENTS_IN_FLIGHT && this.waiting.length > 0) {
      const group = this.nextGroup();
      this.inFlight += 1;
      void this.write(group).finally(() => {
        this.inFlight -= 1;
        this.flush();
      });
    }
  }

  /** Whole requests only: a statement stores all of its rows or none. */
  private nextGroup(): Waiting[] {
    let rows = 0;
    const fits = this.waiting.findIndex(({ records }) => (rows += records.length) > ROWS_PER_STATEMENT);
    return this.waiting.splice(0, fits < 0 ? this.waiting.length : Math.max(1, fits));
  }

  private async write(group: readonly Waiting[]): Promise<void> {
    try {
      await this.store(group.flatMap(({ records }) => records));
      for (const { resolve } of group) resolve();
    } catch (error) {
      if (group.length > 1 && isRefusedRow(error)) await this.writeEach(group, error);
      else this.refuse(group, error);
    }
  }

  /** One row that the database refuses must not take other requests along. */
  private async writeEach(group: readonly Waiting[], cause: unknown): Promise<void> {
    this.logger.error(
      `the decisions of ${group.length} requests were refused; writing those of each by themselves`,
      errorText(cause),
    );
    for (const [at, waiting] of group.entries()) {
      try {
        await this.store(waiting.records);
        waiting.resolve();
      } catch (error) {
        if (!isRefusedRow(error)) {
          this.refuse(group.slice(at), error);
          return;
        }
        waiting.reject(error);
      }
    }
  }

  private refuse(group: readonly Waiting[], error: unknown): void {
    // Whoever waits behind would only find out later.
    const refused = isDatabaseAway(error) ? [...group, ...this.waiting.splice(0)] : group;
    for (const { reject } of refused) reject(error);
  }

  /** All or none: by one statement, or by several in one transaction, between which the event loop is free. */
  private async store(records: readonly DecisionRecord[]): Promise<void> {
    if (records.length <= ROWS_PER_STATEMENT) {
      await this.dataSource.query(INSERT, columnsOf(records));
      return;
    }
    await this.dataSource.transaction(async (manager) => {
      for (let start = 0; start < records.length; start += ROWS_PER_STATEMENT) {
        await manager.query(INSERT, columnsOf(records.slice(start, start + ROWS_PER_STATEMENT)));
      }
    });
  }
}

/** Whether a row is what the database refuses: without it, others go in. */
function isRefusedRow(error: unknown): boolean {
  if (!(error instanceof QueryFailedError)) return false;
  const { code } = error.driverError as { readonly code?: unknown };
  return typeof code === 'string' && REFUSED_ROW.test(code);
}

/** The parameters of {@link INSERT}. */
function columnsOf(records: readonly DecisionRecord[]): unknown[] {
  return [
    records.map(({ id }) => id),
    records.map(({ decidedAt }) => decidedAt.toISOString()),
    records.map(({ modelId }) => modelId),
    records.map(({ versionId }) => versionId),
    records.map(({ transactionId }) => transactionId),
    jsonArray(records.map(({ inputs }) => inputs)),
    records.map(({ probability }) => probability),
    records.map(({ score }) => score),
    records.map(({ decision }) => decision),
    records.map(({ isFraud }) => isFraud),
    jsonArray(records.map(({ reasons }) => reasons)),
    jsonArray(records.map(({ warnings }) => warnings)),
    records.map(({ decidedFor }) => decidedFor),
    records.map(({ policyVersion }) => policyVersion),
  ];
}

/**
 * PostgreSQL's spelling of an array of JSON documents. Its elements are quoted and escaped as JSON's texts are; the
 * driver does the same with regular expressions, which takes longer than all else here.
 */
function jsonArray(documents: readonly unknown[]): string {
  return `{${documents.map((document) => JSON.stringify(JSON.stringify(document))).join(',')}}`;
}
