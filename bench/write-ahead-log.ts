import pg from 'pg';

/** So much is written between two checkpoints where `max_wal_size` is left as it is. */
const FILES = 64;

/**
 * Lets PostgreSQL make the files of its write-ahead log, which it uses again and again from then on, as one does that has
 * been at work for some minutes. While it makes one, some 30 ms, no commit gets through.
 */
export async function fillWriteAheadLog(databaseUrl: string): Promise<void> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  for (;;) {
    const { rows } = await client.query<{ files: number }>('SELECT count(*)::int AS files FROM pg_ls_waldir()');
    if ((rows[0]?.files ?? FILES) >= FILES) break;
    await client.query(`SELECT pg_logical_emit_message(false, 'fill', 'x'), pg_switch_wal()`);
  }
  await client.query('CHECKPOINT');
  await client.end();
}
