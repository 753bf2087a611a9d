import type { Socket } from 'node:net';
import type { PoolConfig } from 'pg';
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

/** For a pool beside TypeORM's. */
export function impatientPoolOptions(url: string, applicationName: string): PoolConfig {
  return {
    ...IMPATIENT,
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: 5_000,
    options: '-c timezone=UTC',
  };
}
