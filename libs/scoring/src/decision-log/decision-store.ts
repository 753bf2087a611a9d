import { Injectable, Logger } from '@nestjs/common';
import { Config } from '@app/config';
import { impatientPoolOptions } from '@app/database';
import pg from 'pg';
import type { DecisionRecord } from '../decision-record.js';
import { INSERT, INSERT_AGAIN, parametersOf } from './insert.js';
import { ROWS_PER_STATEMENT } from './share-out.js';

/** Statements that a process alone has under way; what comes meanwhile goes together into the next. */
const STATEMENTS_ALONE = 3;
/** Of each of several processes: theirs together keep PostgreSQL busy. One could be a large batch's for a while. */
const STATEMENTS_BESIDE_OTHERS = 2;

/** The decision log's own connections, which nobody else keeps busy: on each the statement is planned once. */
@Injectable()
export class DecisionStore {
  private readonly logger = new Logger(DecisionStore.name);
  private readonly pool: pg.Pool;
  readonly statementsAtOnce: number;

  constructor(config: Config) {
    this.statementsAtOnce = config.webConcurrency > 1 ? STATEMENTS_BESIDE_OTHERS : STATEMENTS_ALONE;
    this.pool = new pg.Pool({
      ...impatientPoolOptions(config.databaseUrl ?? '', 'fraud-scoring decisions'),
      max: this.statementsAtOnce,
    });
    // Of a connection that nobody uses: the next statement makes another.
    this.pool.on('error', (error) => {
      this.logger.debug(error.message);
    });
  }

  /**
   * All or none: by one statement, or by several in one transaction, between which the event loop is free.
   * @param again a try before may have stored them
   */
  async store(records: readonly DecisionRecord[], again = false): Promise<void> {
    if (records.length <= ROWS_PER_STATEMENT) {
      await this.pool.query(statement(records, again));
      return;
    }
    const client = await this.pool.connect();
    let failure: Error | undefined;
    try {
      await client.query('BEGIN');
      for (let start = 0; start < records.length; start += ROWS_PER_STATEMENT) {
        await client.query(statement(records.slice(start, start + ROWS_PER_STATEMENT), again));
      }
      await client.query('COMMIT');
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
      throw error;
    } finally {
      // What failed within a transaction is not used again.
      client.release(failure);
    }
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}

function statement(records: readonly DecisionRecord[], again: boolean): pg.QueryConfig {
  const values = parametersOf(records);
  return again ? { text: INSERT_AGAIN, values } : { name: 'store-decisions', text: INSERT, values };
}
