import pg from 'pg';

/** Of 16 MiB each: PostgreSQL keeps about half as many where `max_wal_size` is left as it is, 1 GB. */
const FILES = 64;

/**
 * Lets PostgreSQL make the files of its write-ahead log, which it uses again and again from then on, as one does that has
 * been at work for some minutes. While it makes one, some 30 ms, no commit gets through.
 */
export async function fillWriteAheadLog(databaseUrl: string): Promise<void> {
  const client = new pg.Client(databaseUrl);
  await client.connect();
  try {
    for (let file = 0; file < FILES; file++) {
      await client.query(`SELECT pg_logical_emit_message(false, 'fill', 'x'), pg_switch_wal()`);
    }
    await client.query('CHECKPOINT');
  } finally {
    await client.end();
  }
}
