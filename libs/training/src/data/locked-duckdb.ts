import { realpath } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

export interface DuckDbLimits {
  readonly threads: number;
  /** As DuckDB writes it: `2GiB`. */
  readonly memoryLimit?: string;
  /** What it may use of the memory where there is no limit in bytes; half of it unless told. */
  readonly memoryShare?: number;
  /** Ends the statements that run once it is aborted. */
  readonly signal?: AbortSignal;
}

const INTERRUPT_MILLISECONDS = 50;

/**
 * Runs `use` on a DuckDB of its own, in memory, that can read one file and nothing else: no other file, no network,
 * no extension, and no statement can change that any more. Nothing is spilled to disk; what does not fit is an error.
 * @param use gets the connection and the file's path as DuckDB knows it
 */
export async function withLockedDuckDb<T>(
  path: string,
  limits: DuckDbLimits,
  use: (connection: DuckDBConnection, path: string) => Promise<T>,
): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(limits.threads),
    memory_limit:
      limits.memoryLimit ?? `${Math.floor((availableMemory() * (limits.memoryShare ?? 0.5)) / 1_048_576)}MiB`,
    temp_directory: '',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
    preserve_insertion_order: 'true',
  });
  try {
    const connection = await instance.connect();
    let interrupting: NodeJS.Timeout | undefined;
    // Again and again: one that comes between two statements is lost.
    const interrupt = (): void => {
      interrupting = setInterval(() => {
        connection.interrupt();
      }, INTERRUPT_MILLISECONDS);
    };
    limits.signal?.addEventListener('abort', interrupt);
    try {
      const real = await realpath(path);
      // Times without an offset are UTC, whatever the machine's own zone.
      await connection.run("SET TimeZone = 'UTC'");
      await connection.run(`SET allowed_paths = [${literal(real)}]`);
      await connection.run('SET enable_external_access = false');
      await connection.run('SET lock_configuration = true');
      return await use(connection, real);
    } finally {
      limits.signal?.removeEventListener('abort', interrupt);
      clearInterval(interrupting);
      connection.closeSync();
    }
  } finally {
    instance.closeSync();
  }
}

/** A text as an SQL literal. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Bytes of memory for this process: the container's limit where there is one. */
function availableMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < totalmem() ? limit : totalmem();
}
