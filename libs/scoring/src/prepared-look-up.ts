import type { PoolClient } from 'pg';
import type { DataSource } from 'typeorm';

/** The ids alone, which no migration changes: what else a prepared statement gives must stay as it was. */
const LOOK_UP = {
  name: 'decisions-on-a-transaction',
  text: 'SELECT id FROM decisions WHERE transaction_id = $1 ORDER BY id DESC LIMIT $2',
};

/**
 * The ids of the newest decisions on a transaction, from all partitions, so many at most. The statement is prepared: to plan it
 * for the partitions of a year takes several times as long as to look into them.
 */
export async function idsOnTransaction(
  dataSource: DataSource,
  transactionId: string,
  limit: number,
): Promise<string[]> {
  const runner = dataSource.createQueryRunner();
  try {
    const client = (await runner.connect()) as PoolClient;
    const { rows } = await client.query<{ id: string }>({ ...LOOK_UP, values: [transactionId, limit] });
    return rows.map(({ id }) => id);
  } finally {
    await runner.release();
  }
}
