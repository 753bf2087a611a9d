import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { migrate } from '@app/database';
import { type EmbeddedService, freePort, startPostgres, startRedis } from '@app/embedded';
import { childrenOf } from './processes.js';

const KEY = 'key-for-the-test-of-faults-only';
const LOG_TAIL = 4_000;

/**
 * The built service as it runs in production, with a PostgreSQL and a Redis of its own, which are killed and started
 * again as an init system would. API and worker are started once: they must come back by themselves.
 */
export class BreakableService {
  private constructor(
    private readonly directory: string,
    private postgres: EmbeddedService,
    private redis: EmbeddedService,
    private readonly api: ChildProcess,
    private readonly worker: ChildProcess,
    readonly url: string,
  ) {}

  /** @param processes how many of them serve the port */
  static async start(processes: number, settings: Readonly<Record<string, string>>): Promise<BreakableService> {
    const directory = await mkdtemp(join(tmpdir(), 'fraud-scoring-faults-'));
    // Root's PostgreSQL runs as another user, who must get to its data.
    await chmod(directory, 0o711);
    const postgres = await startPostgres({ dataDir: join(directory, 'postgresql') });
    const redis = await startRedis({ dataDir: join(directory, 'redis'), port: await freePort() });
    try {
      await migrate(postgres.url);
      const environment = {
        ...process.env,
        NODE_ENV: 'production',
        LOG_LEVEL: 'warn',
        HOST: '127.0.0.1',
        PORT: String(await freePort()),
        API_KEY: KEY,
        DATABASE_URL: postgres.url,
        REDIS_URL: redis.url,
        DATA_DIR: directory,
        WEB_CONCURRENCY: String(processes),
        DECISION_LOG: 'durable',
        DRAIN_SECONDS: '0',
        ...settings,
      };
      const [api, worker] = await Promise.all([startProcess('api', environment), startProcess('worker', environment)]);
      const url = `http://127.0.0.1:${environment.PORT}`;
      return new BreakableService(directory, postgres, redis, api, worker, url);
    } catch (error) {
      await Promise.all([postgres.stop(), redis.stop()]);
      throw error;
    }
  }

  get key(): string {
    return KEY;
  }

  get databaseUrl(): string {
    return this.postgres.url;
  }

  /** The processes behind the port, the one that runs longest first. They may not serve yet. */
  async apiPids(): Promise<readonly number[]> {
    return this.api.pid === undefined ? [] : childrenOf(this.api.pid);
  }

  /** How many processes score cards: each shows by which version. 0 where none answers. */
  async countServing(): Promise<number> {
    const answer = await fetch(`${this.url}/metrics`, { headers: { 'X-API-Key': KEY } }).catch(() => null);
    return (await answer?.text())?.match(/^fraud_champion_version\{.*model="credit-card"/gm)?.length ?? 0;
  }

  /** Whether API and worker are the processes that were started. */
  get running(): boolean {
    return [this.api, this.worker].every(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
  }

  /** kill -9 of the API process that runs longest. @returns its process id */
  async killApi(): Promise<number> {
    const [pid] = await this.apiPids();
    if (pid === undefined) throw new Error('there is no API process behind the port');
    process.kill(pid, 'SIGKILL');
    return pid;
  }

  /** kill -9 of PostgreSQL with all its processes. @returns their ids */
  async killPostgres(): Promise<readonly number[]> {
    const { pid } = this.postgres;
    const children = await childrenOf(pid);
    process.kill(pid, 'SIGKILL');
    for (const child of children) killIfThere(child);
    return [pid, ...children];
  }

  /** Where it was, with its data. */
  async restartPostgres(): Promise<void> {
    await this.postgres.stop();
    this.postgres = await startPostgres({ dataDir: join(this.directory, 'postgresql'), port: this.postgres.port });
  }

  /** kill -9 of Redis. @returns its process id */
  killRedis(): Promise<readonly number[]> {
    process.kill(this.redis.pid, 'SIGKILL');
    return Promise.resolve([this.redis.pid]);
  }

  async restartRedis(): Promise<void> {
    await this.redis.stop();
    this.redis = await startRedis({ dataDir: join(this.directory, 'redis'), port: this.redis.port });
  }

  /** Calls a route that must answer well. @throws Error with the answer when it does not */
  async call(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(this.url + path, {
      method,
      headers: { 'X-API-Key': KEY, ...(body && { 'Content-Type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${method} ${path} → ${response.status}: ${JSON.stringify(answer)}`);
    return answer;
  }

  /** The end of what API and worker have written, but for requests. */
  async logs(): Promise<string> {
    const logs = ['api', 'worker'].map(async (name) => {
      const text = await readFile(logOf(this.directory, name), 'utf8').catch(() => '');
      // Of each request that was answered 503 there is a line.
      const lines = text.split('\n').filter((line) => !line.includes('"context":"Access"'));
      return `--- ${name}\n${lines.join('\n').slice(-LOG_TAIL)}`;
    });
    return (await Promise.all(logs)).join('\n');
  }

  async stop(): Promise<void> {
    await Promise.all([end(this.api), end(this.worker)]);
    await Promise.all([this.redis.stop(), this.postgres.stop()]);
    await rm(this.directory, { recursive: true, force: true });
  }
}

/** Settles with its first message. */
async function startProcess(name: 'api' | 'worker', environment: NodeJS.ProcessEnv): Promise<ChildProcess> {
  const log = await open(logOf(environment.DATA_DIR ?? '', name), 'a');
  const script = fileURLToPath(new URL(`../../apps/${name}/main.js`, import.meta.url));
  const child = fork(script, { env: environment, execArgv: [], stdio: ['ignore', log.fd, log.fd, 'ipc'] });
  await log.close();
  await new Promise((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', () => {
      readFile(logOf(environment.DATA_DIR ?? '', name), 'utf8').then((text) => {
        reject(new Error(`the ${name} ended before it was ready:\n${text.slice(-LOG_TAIL)}`));
      }, reject);
    });
  });
  return child;
}

function logOf(directory: string, name: string): string {
  return join(directory, `${name}.log`);
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself, as PostgreSQL's processes do when the first of them is gone.
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  await gone;
}
