import { Injectable } from '@nestjs/common';
import { Config } from '@app/config';
import { impatientPool } from '@app/database';
import type pg from 'pg';
import type { DecisionRecord } from '../decision-record.js';
import { Copy } from './copy.js';
import { CopyMessage } from './copy-message.js';
import { INSERT_AGAIN, parametersOf } from './insert.js';
import { ROWS_PER_STATEMENT } from './share-out.js';

/** Statements that a process alone has under way; what comes meanwhile goes together into the next. */
const STATEMENTS_ALONE = 3;
/** Of each of several processes: theirs together keep PostgreSQL busy. One could be a large batch's for a while. */
const STATEMENTS_BESIDE_OTHERS = 2;

/** A message that had to grow beyond this, for long transactions, is not kept. */
const KEPT_BYTES = 2 ** 21;

/** The decision log's own connections, which nobody else keeps busy. */
@Injectable()
export class DecisionStore {
  private readonly pool: pg.Pool;
  /** Those that no statement under way uses. */
  private readonly messages: CopyMessage[] = [];
  readonly statementsAtOnce: number;

  constructor(config: Config) {
    this.statementsAtOnce = config.webConcurrency > 1 ? STATEMENTS_BESIDE_OTHERS : STATEMENTS_ALONE;
    this.pool = impatientPool(config.databaseUrl ?? '', 'fraud-scoring decisions', { max: this.statementsAtOnce });
  }

  /**
   * All or none: by one statement, or by several in one transaction, between which the event loop is free.
   * @param again a try before may have stored them
   */
  async store(records: readonly DecisionRecord[], again = false): Promise<void> {
    const client = await this.pool.connect();
    let failure: Error | undefined;
    try {
      if (records.length <= ROWS_PER_STATEMENT) {
        await this.write(client, records, again);
      } else {
        await client.query('BEGIN');
        for (let start = 0; start < records.length; start += ROWS_PER_STATEMENT) {
          await this.write(client, records.slice(start, start + ROWS_PER_STATEMENT), again);
        }
        await client.query('COMMIT');
      }
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
      throw error;
    } finally {
      // What failed within a transaction is not used again.
      client.release(failure);
    }
  }

  private async write(client: pg.PoolClient, records: readonly DecisionRecord[], again: boolean): Promise<void> {
    if (again) {
      await client.query(INSERT_AGAIN, parametersOf(records));
      return;
    }
    const message = this.messages.pop() ?? new CopyMessage();
    await new Promise<void>((resolve, reject) => {
      client.query(new Copy(message.write(records), resolve, reject));
    });
    // After an error it may still be under way.
    if (message.size <= KEPT_BYTES) this.messages.push(message);
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}
