import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Config } from '@app/config';
import { impatientPool } from '@app/database';
import type pg from 'pg';
import { ROWS_PER_STATEMENT } from '../decision-log/share-out.js';
import { INSERT, parametersOf } from '../decision-log/insert.js';
import type { DecisionRecord } from '../decision-record.js';
import { idempotencyKeyBusy, idempotencyKeyReused, logFull } from '../problems.js';
import { ScoringMetrics } from '../scoring-metrics.js';
import type { Claim, Decided } from './keyed-request.js';
import { CLAIM_AND_INSERT, FIND_KEY, FORGET_KEY, READ_DECISIONS, type StoredRow, toRecord } from './statements.js';

const CONNECTIONS = 3;
/** What comes beyond that is refused; bodies that are not short have a bound of their own. */
const MOST_WAITING = 1_000;

/** A key is claimed by one at a time. Whoever waits longer for another's commit is told to come again. */
const LOCK_MILLISECONDS = 2_000;
/** PostgreSQL's code for that. */
const LOCK_NOT_AVAILABLE = '55P03';
/** A process that vanishes within a transaction must not keep a key. */
const IDLE_MILLISECONDS = 10_000;
const TRIES = 3;

/**
 * The decisions of requests with an `Idempotency-Key`. They have connections of their own, apart from the decision log: where
 * two claim one key, the second waits for the first, and nobody else shall.
 */
@Injectable()
export class KeyedDecisions implements OnApplicationShutdown {
  private readonly pool: pg.Pool;

  constructor(
    config: Config,
    private readonly metrics: ScoringMetrics,
  ) {
    this.pool = impatientPool(config.databaseUrl ?? '', 'fraud-scoring idempotency', {
      max: CONNECTIONS,
      lock_timeout: LOCK_MILLISECONDS,
      idle_in_transaction_session_timeout: IDLE_MILLISECONDS,
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }

  /**
   * What was decided on the same request in the last 24 hours; undefined: nothing, or it is there no longer.
   * @throws Problem 409 where another request came with the key, 503
   */
  async recall({ apiKeyId, key, requestHash }: Claim): Promise<Decided | undefined> {
    this.assertRoom();
    const known = await this.pool.query<{ same: boolean; ids: string[] }>(FIND_KEY, [apiKeyId, key, requestHash]);
    const [found] = known.rows;
    if (!found) return undefined;
    if (!found.same) throw idempotencyKeyReused();
    const decided = await this.read(found.ids);
    // Dropped with their partition. Only this row: the key may have been claimed anew meanwhile.
    if (!decided) await this.pool.query(FORGET_KEY, [apiKeyId, key, found.ids]);
    return decided;
  }

  /**
   * Stores decisions and the claim of their request together.
   * @param records at least one
   * @returns what was decided on the same request meanwhile, instead of storing these; undefined: these are stored
   * @throws Problem 409 where another request has claimed the key, 503
   */
  async store(claim: Claim, records: readonly DecisionRecord[]): Promise<Decided | undefined> {
    const since = performance.now();
    this.assertRoom();
    try {
      for (let tried = 1; tried <= TRIES; tried++) {
        if (await this.insert(claim, records)) return undefined;
        const decided = await this.recall(claim);
        if (decided) return decided;
      }
    } catch (error) {
      throw isLockTimeout(error) ? idempotencyKeyBusy(error) : error;
    } finally {
      this.metrics.logged(performance.now() - since);
    }
    throw idempotencyKeyBusy();
  }

  /** @returns false: the key is taken */
  private async insert(claim: Claim, records: readonly DecisionRecord[]): Promise<boolean> {
    const ids = `{${records.map(({ id }) => id).join()}}`;
    const first = parametersOf(records.slice(0, ROWS_PER_STATEMENT));
    const claiming = { text: CLAIM_AND_INSERT, values: [...first, claim.apiKeyId, claim.key, claim.requestHash, ids] };
    if (records.length <= ROWS_PER_STATEMENT) return (await this.pool.query(claiming)).rowCount === 1;
    const client = await this.pool.connect();
    let failure: Error | undefined;
    try {
      await client.query('BEGIN');
      const claimed = (await client.query(claiming)).rowCount === 1;
      for (let start = ROWS_PER_STATEMENT; claimed && start < records.length; start += ROWS_PER_STATEMENT) {
        await client.query(INSERT, parametersOf(records.slice(start, start + ROWS_PER_STATEMENT)));
      }
      await client.query('COMMIT');
      return claimed;
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
      throw error;
    } finally {
      // What failed within a transaction is not used again.
      client.release(failure);
    }
  }

  /** In the order of their ids; undefined where one is missing. */
  private async read(ids: readonly string[]): Promise<Decided | undefined> {
    const records: DecisionRecord[] = [];
    let version: number | undefined;
    for (let start = 0; start < ids.length; start += ROWS_PER_STATEMENT) {
      const part = ids.slice(start, start + ROWS_PER_STATEMENT);
      const { rows } = await this.pool.query<StoredRow>(READ_DECISIONS, [part]);
      const byId = new Map(rows.map((row) => [row.id, row]));
      for (const id of part) {
        const row = byId.get(id);
        if (!row) return undefined;
        version = row.version;
        records.push(toRecord(row));
      }
    }
    return version === undefined ? undefined : { version: { version }, records };
  }

  private assertRoom(): void {
    if (this.pool.waitingCount >= MOST_WAITING) throw logFull();
  }
}

function isLockTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === LOCK_NOT_AVAILABLE;
}
