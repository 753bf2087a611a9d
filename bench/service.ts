import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { migrate } from '@app/database';
import { freePort, startPostgres, startRedis } from '@app/embedded';

export const KEY = 'key-for-benchmarks-only';

/** One API of the service, whatever number of processes it is. */
export interface BenchApi {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** The built service with embedded PostgreSQL and Redis of its own, thrown away afterwards. */
export interface BenchService {
  readonly url: string;
  readonly databaseUrl: string;
  /** For measuring what each process takes. */
  readonly pids: { readonly api: number; readonly worker: number; readonly postgres: number };
  call(method: string, path: string, body?: object): Promise<unknown>;
  /** What a route answers that gives a file. */
  download(path: string): Promise<Buffer>;
  /** One more API on the same database, with settings on top of the service's. */
  startApi(environment: Readonly<Record<string, string>>): Promise<BenchApi>;
  /** Ends the worker, where nothing more is trained: it takes a little of the machine even when it waits. */
  stopWorker(): Promise<void>;
  stop(): Promise<void>;
}

/** @param environment settings on top of the defaults */
export async function startService(environment: Readonly<Record<string, string>>): Promise<BenchService> {
  const directory = await mkdtemp(join(tmpdir(), 'fraud-scoring-bench-'));
  // Root's PostgreSQL runs as another user, and would keep its data elsewhere if it could not reach it here.
  await chmod(directory, 0o711);
  const postgres = await startPostgres({ dataDir: join(directory, 'postgresql'), maxConnections: 200 });
  const redis = await startRedis({ dataDir: join(directory, 'redis'), port: await freePort() });
  await migrate(postgres.url);
  const env = {
    ...process.env,
    NODE_ENV: 'production',
    LOG_LEVEL: 'warn',
    HOST: '127.0.0.1',
    PORT: '0',
    API_KEY: KEY,
    DATABASE_URL: postgres.url,
    REDIS_URL: redis.url,
    DATA_DIR: directory,
    ...environment,
  };
  const api = await start('../apps/api/main.js', env);
  const worker = await start('../apps/worker/main.js', env);
  const url = api.message;
  const others: ChildProcess[] = [];
  return {
    url,
    databaseUrl: postgres.url,
    pids: { api: pidOf(api.child), worker: pidOf(worker.child), postgres: postgres.pid },
    call: async (method, path, body) => {
      const response = await fetch(url + path, {
        method,
        headers: { 'X-API-Key': KEY, ...(body && { 'Content-Type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      });
      const answer: unknown = await response.json();
      if (!response.ok) throw new Error(`${method} ${path} → ${response.status}: ${JSON.stringify(answer)}`);
      return answer;
    },
    download: async (path) => {
      const response = await fetch(url + path, { headers: { 'X-API-Key': KEY } });
      if (!response.ok) throw new Error(`GET ${path} → ${response.status}`);
      return Buffer.from(await response.arrayBuffer());
    },
    startApi: async (more) => {
      // Several processes cannot share a port that each of them is free to choose.
      const { child, message } = await start('../apps/api/main.js', {
        ...env,
        PORT: String(await freePort()),
        ...more,
      });
      others.push(child);
      return { url: message, pid: pidOf(child), stop: () => end(child) };
    },
    stopWorker: () => end(worker.child),
    stop: async () => {
      await Promise.all([api.child, worker.child, ...others].map(end));
      await redis.stop();
      await postgres.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function start(script: string, env: NodeJS.ProcessEnv): Promise<{ child: ChildProcess; message: string }> {
  // A line per request is read and dropped, as a container's log is read; what is wrong is shown.
  const child = fork(fileURLToPath(new URL(script, import.meta.url)), {
    env,
    execArgv: [],
    cwd: env.DATA_DIR,
    stdio: ['ignore', env.LOG_LEVEL === 'warn' ? 'inherit' : 'pipe', 'inherit', 'ipc'],
  });
  child.stdout?.resume();
  const message = await new Promise<unknown>((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', () => {
      reject(new Error(`${script} ended before it was ready`));
    });
  });
  const url = typeof message === 'object' && message && 'listening' in message ? String(message.listening) : '';
  return { child, message: url };
}

function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error('a process that runs has no number');
  return pid;
}

async function end(child: ChildProcess): Promise<void> {
  // Ctrl-C reaches it, too.
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}
