import type { Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import pg, { type PoolConfig } from 'pg';
import { impatientSocket } from './impatient-socket.js';

/** No statement of a running process takes so long without a word; those of a migration may. */
const SILENCE_MILLISECONDS = 6_000;
/** Less than that: an idle connection is closed in order before it is taken for broken. */
const IDLE_MILLISECONDS = 5_000;

/** How connections of a running process give up a PostgreSQL that says nothing. */
export const IMPATIENT = {
  idleTimeoutMillis: IDLE_MILLISECONDS,
  stream: (): Socket => impatientSocket(SILENCE_MILLISECONDS),
};

/** A pool beside TypeORM's. Whoever waits for a statement hears that its connection broke; the next makes another. */
export function impatientPool(url: string, applicationName: string, more: PoolConfig): pg.Pool {
  const pool = new pg.Pool({
    ...IMPATIENT,
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: 5_000,
    options: '-c timezone=UTC',
    ...more,
  });
  const logger = new Logger(applicationName);
  const note = ({ message }: Error): void => {
    logger.debug(message);
  };
  // Of a connection that nobody uses, and of one that is lent out: with no listener, either would end the process.
  pool.on('error', note);
  pool.on('connect', (client) => {
    client.on('error', note);
  });
  return pool;
}
