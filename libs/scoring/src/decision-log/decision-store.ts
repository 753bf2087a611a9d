import { Injectable } from '@nestjs/common';
import { Config } from '@app/config';
import { impatientPool } from '@app/database';
import type pg from 'pg';
import type { DecisionRecord } from '../decision-record.js';
import { Copy } from './copy.js';
import { CopyMessage } from './copy-message.js';
import type { GroupCommitBounds } from './group-commit.js';
import { INSERT_AGAIN, parametersOf } from './insert.js';
import { ROWS_PER_STATEMENT } from './share-out.js';

/** Of a process that is alone: what comes while three statements are under way goes together into the next. */
const ALONE: GroupCommitBounds = { statements: 3, fewestRows: 8, heldMilliseconds: 3 };
/**
 * Of each of several processes: one statement of each keeps PostgreSQL busy, and the more it holds, the less each row takes.
 * A second one begins beside a large list's, or one that takes long.
 */
const BESIDE_OTHERS: GroupCommitBounds = { statements: 2, fewestRows: ROWS_PER_STATEMENT, heldMilliseconds: 20 };

/** A message that had to grow beyond this, for long transactions, is not kept. */
const KEPT_BYTES = 2 ** 21;

/** The decision log's own connections, which nobody else keeps busy. */
@Injectable()
export class DecisionStore {
  private readonly pool: pg.Pool;
  /** Those that no statement under way uses. */
  private readonly messages: CopyMessage[] = [];
  readonly bounds: GroupCommitBounds;

  constructor(config: Config) {
    this.bounds = config.webConcurrency > 1 ? BESIDE_OTHERS : ALONE;
    this.pool = impatientPool(config.databaseUrl ?? '', 'fraud-scoring decisions', {
      max: this.bounds.statements,
    });
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
