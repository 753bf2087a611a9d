import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedService, startPostgres } from '@app/embedded';
import { pathOf } from './tool.js';

/** A PostgreSQL of a suite's own, with the clients that fit it. */
export interface PostgresServer {
  readonly postgres: EmbeddedService;
  /** Where `psql`, `pg_dump` and the others are. */
  readonly programs: string;
  /** For the suite's files, gone in the end. */
  readonly directory: string;
  stop(): Promise<void>;
}

/**
 * Starts the system's PostgreSQL, fetched first where there is none: the embedded one has no clients.
 * @param newest the embedded one, with the system's clients: enough for all but dumps, which want clients as new as the server
 */
export async function startServer({ newest = false } = {}): Promise<PostgresServer> {
  const programs = await pathOf('postgresql');
  const directory = await mkdtemp(join(process.env['TEST_DIRECTORY'] ?? tmpdir(), 'server-'));
  // Root's PostgreSQL runs as another user, who must get to its data.
  await chmod(directory, 0o711);
  const postgres = await startPostgres({
    dataDir: join(directory, 'postgresql'),
    durable: false,
    ...(!newest && { programs }),
  });
  const stop = async (): Promise<void> => {
    await postgres.stop();
    await rm(directory, { recursive: true });
  };
  return { postgres, programs, directory, stop };
}
