import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type pg from 'pg';

/** What a row takes with its indexes, and what PostgreSQL writes ahead at most, both in bytes and with room to spare. */
const BYTES_PER_ROW = 400;
const BYTES_BESIDE = 3e9;
const ROWS_PER_STATEMENT = 100_000;

/**
 * Row i of so many that are spread evenly over the weeks up to now, as the API writes a decision on a payment. The id begins
 * with its time, as all do; what follows and the transaction's id are as good as random.
 * Needs a relation of bigint `i` behind it, and the parameters $1 (when the first was decided) and $2 (seconds between two).
 */
const GENERATED = `
  SELECT (left(replace(uuid_from_time(decided_at)::text, '-', ''), 12) || '7' || substr(hash, 1, 3) || '8' ||
      substr(hash, 4, 15))::uuid AS id,
    decided_at, i, 'tx-' || substr(hash, 19, 13) AS transaction_id,
    power((i % 997) / 997.0, 8) AS probability
  FROM numbers, md5(i::text) AS hash, make_interval(secs => i * $2::double precision) AS since,
    LATERAL (SELECT $1::timestamptz + since) AS moment (decided_at)`;

const INSERT = `
  WITH numbers AS (SELECT generate_series($3::bigint, $4::bigint) AS i), generated AS (${GENERATED})
  INSERT INTO decisions (id, decided_at, model_id, version_id, transaction_id, sent, probability, score, decision,
                         is_fraud, reasons, warnings, decided_for, policy_version)
  SELECT generated.id, decided_at, model_versions.model_id, model_versions.id, transaction_id,
    json_build_object('day_of_month', 1 + i % 28,
      'type', (ARRAY['CASH_OUT', 'PAYMENT', 'CASH_IN', 'TRANSFER', 'DEBIT'])[1 + i % 5],
      'amount_log', 4 + i % 1009 / 100.0::double precision, 'amount_dest', i % 7919 / 1000.0::double precision,
      'transaction_id', transaction_id),
    probability, round(100 * probability)::smallint,
    CASE WHEN probability < 0.5 THEN 'approve' WHEN probability < 0.9 THEN 'review' ELSE 'block' END,
    probability >= 0.5, '[]', '[]', 'benchmark', 1
  FROM generated, model_versions WHERE is_champion`;

const LOOK_UP = `
  WITH numbers AS (SELECT unnest($3::bigint[]) AS i), generated AS (${GENERATED})
  SELECT id, transaction_id FROM generated`;

/** What both statements are told of the rows. */
interface Spread {
  readonly since: Date;
  readonly secondsApart: number;
}

/** Names what a look-up asks for. */
export interface Known {
  readonly id: string;
  readonly transaction_id: string;
}

/** A decisions table with many rows of the past, of a service whose one champion is of `payments`. */
export class GrownTable {
  private readonly spread: Spread;

  constructor(
    private readonly database: pg.Pool,
    private readonly rows: number,
    private readonly weeks: number,
  ) {
    const milliseconds = weeks * 7 * 24 * 3_600 * 1_000;
    this.spread = { since: new Date(Date.now() - milliseconds), secondsApart: milliseconds / 1_000 / rows };
  }

  /**
   * Makes the partitions of those weeks, fills them by so many connections, and leaves all as autovacuum and the
   * checkpointer would in time.
   * @param tell hears how many rows are in
   */
  async fill(connections: number, signal: AbortSignal, tell: (rows: number) => void): Promise<void> {
    await this.database.query(
      `SELECT create_decision_partition(week, week + interval '1 week')
       FROM generate_series(date_trunc('week', $1::timestamptz), date_trunc('week', now()) - interval '1 week', '1 week') AS week`,
      [this.spread.since],
    );
    let next = 0;
    let done = 0;
    const insert = async (client: pg.PoolClient): Promise<void> => {
      await client.query('SET synchronous_commit = off');
      while (next < this.rows) {
        signal.throwIfAborted();
        const first = next;
        next = Math.min(this.rows, first + ROWS_PER_STATEMENT);
        const last = next - 1;
        await client.query(INSERT, [this.spread.since, this.spread.secondsApart, first, last]);
        tell((done += last - first + 1));
      }
      await client.query('RESET synchronous_commit');
    };
    await this.byMany(connections, insert);
    const partitions = await this.partitions();
    const vacuum = async (client: pg.PoolClient): Promise<void> => {
      for (let name = partitions.pop(); name !== undefined; name = partitions.pop()) {
        signal.throwIfAborted();
        await client.query(`VACUUM (ANALYZE) ${name}`);
      }
    };
    await this.byMany(connections, vacuum);
    await this.database.query('CHECKPOINT');
  }

  /** Those of the rows with these numbers, counted from 0, the oldest. */
  async known(numbers: readonly number[]): Promise<Known[]> {
    const { since, secondsApart } = this.spread;
    return (await this.database.query<Known>(LOOK_UP, [since, secondsApart, numbers])).rows;
  }

  private async partitions(): Promise<string[]> {
    const { rows } = await this.database.query<{ partition: string }>('SELECT partition FROM decision_partitions()');
    return rows.map(({ partition }) => partition);
  }

  private async byMany(connections: number, work: (client: pg.PoolClient) => Promise<void>): Promise<void> {
    const one = async (): Promise<void> => {
      const client = await this.database.connect();
      try {
        await work(client);
      } finally {
        client.release();
      }
    };
    await Promise.all(Array.from({ length: connections }, one));
  }
}

/**
 * Whether so many rows have room where temporary files go.
 * @throws Error that says how much is missing
 */
export async function assertRoom(rows: number): Promise<void> {
  const { bavail, bsize } = await statfs(tmpdir());
  const [needed, free] = [rows * BYTES_PER_ROW + BYTES_BESIDE, bavail * bsize];
  if (needed <= free) return;
  const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(1)} GB`;
  throw new Error(
    `${rows} rows take up to ${gigabytes(needed)}, and ${tmpdir()} has ${gigabytes(free)} left: ` +
      'ask for fewer --rows, or set TMPDIR to a larger disk',
  );
}
