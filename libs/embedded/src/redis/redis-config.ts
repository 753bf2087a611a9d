/** The settings of an embedded Redis, as it stands in its configuration file. */
export interface RedisSettings {
  readonly port: number;
  readonly password: string;
  readonly directory: string;
  readonly pidFile: string;
  /** False: nothing is written to disk. */
  readonly durable: boolean;
}

/**
 * Redis's configuration file. `noeviction`, since a queue must not lose jobs silently; the append-only file is synced
 * every second, since the truth about a job is in PostgreSQL.
 */
export function redisConfig({ port, password, directory, pidFile, durable }: RedisSettings): string {
  return [
    'bind 127.0.0.1',
    `port ${port}`,
    'protected-mode yes',
    `requirepass ${password}`,
    `dir ${quoted(directory)}`,
    `pidfile ${quoted(pidFile)}`,
    'daemonize no',
    `appendonly ${durable ? 'yes' : 'no'}`,
    'appendfsync everysec',
    'save ""',
    'maxmemory-policy noeviction',
    '',
  ].join('\n');
}

/** The port and password of an earlier start; null where the text is not ours. */
export function parseRedisConfig(text: string): { port: number; password: string } | null {
  const port = /^port (\d+)$/m.exec(text)?.[1];
  const password = /^requirepass (\S+)$/m.exec(text)?.[1];
  return port === undefined || password === undefined ? null : { port: Number(port), password };
}

function quoted(path: string): string {
  return `"${path.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
