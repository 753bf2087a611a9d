import { Injectable, Logger } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { errorText, isDatabaseAway } from '@app/common';
import { DataSource } from 'typeorm';
import type { DecisionRow } from './decision.entity.js';

export type DecisionRecord = Omit<DecisionRow, 'model' | 'version'>;

/** Statements under way at once; what comes meanwhile goes together into the next. */
const STATEMENTS_IN_FLIGHT = 3;
const ROWS_PER_STATEMENT = 500;

const INSERT = `
  INSERT INTO decisions (id, decided_at, model_id, version_id, transaction_id, inputs, probability, score, decision,
                         is_fraud, reasons, warnings, decided_for)
  SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::integer[], $4::integer[], $5::text[], $6::jsonb[],
                       $7::double precision[], $8::smallint[], $9::text[], $10::boolean[], $11::jsonb[], $12::jsonb[],
                       $13::text[])`;

interface Waiting {
  readonly record: DecisionRecord;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** Writes decisions by group commit: those that wait together share one statement. */
@Injectable()
export class DecisionLog {
  private readonly logger = new Logger(DecisionLog.name);
  private waiting: Waiting[] = [];
  private inFlight = 0;

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Resolves once the decision is committed. */
  append(record: DecisionRecord): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ record, resolve, reject });
      // By the end of this turn of the event loop, whoever else arrived in it is waiting, too.
      if (this.waiting.length === 1)
        setImmediate(() => {
          this.flush();
        });
    });
  }

  private flush(): void {
    while (this.inFlight < STATEMENTS_IN_FLIGHT && this.waiting.length > 0) {
      const group = this.waiting.splice(0, ROWS_PER_STATEMENT);
      this.inFlight += 1;
      void this.write(group).finally(() => {
        this.inFlight -= 1;
        this.flush();
      });
    }
  }

  private async write(group: readonly Waiting[]): Promise<void> {
    try {
      await this.insert(group.map(({ record }) => record));
      for (const { resolve } of group) resolve();
    } catch (error) {
      if (group.length === 1 || isDatabaseAway(error)) {
        // Whoever waits behind would only find out later.
        const refused = isDatabaseAway(error) ? [...group, ...this.waiting.splice(0)] : group;
        for (const { reject } of refused) reject(error);
        return;
      }
      // One row that the database refuses must not take its neighbours along.
      this.logger.error(
        `a statement of ${group.length} decisions was refused; writing them one by one`,
        errorText(error),
      );
      for (const waiting of group) await this.write([waiting]);
    }
  }

  private async insert(records: readonly DecisionRecord[]): Promise<void> {
    await this.dataSource.query(INSERT, [
      records.map(({ id }) => id),
      records.map(({ decidedAt }) => decidedAt.toISOString()),
      records.map(({ modelId }) => modelId),
      records.map(({ versionId }) => versionId),
      records.map(({ transactionId }) => transactionId),
      records.map(({ inputs }) => JSON.stringify(inputs)),
      records.map(({ probability }) => probability),
      records.map(({ score }) => score),
      records.map(({ decision }) => decision),
      records.map(({ isFraud }) => isFraud),
      records.map(({ reasons }) => JSON.stringify(reasons)),
      records.map(({ warnings }) => JSON.stringify(warnings)),
      records.map(({ decidedFor }) => decidedFor),
    ]);
  }
}
