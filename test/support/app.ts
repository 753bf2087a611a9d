import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type EmbeddedService, freePort, startPostgres, startRedis } from '@app/embedded';
import pg from 'pg';
import supertest from 'supertest';
import { DatabaseProxy } from './database-proxy.js';
import { NodeProcess } from './node-process.js';

const API = 'apps/api/main.js';
const WORKER = 'apps/worker/main.js';

export interface StartAppOptions {
  /** Settings on top of the test's own, e.g. `{ FRAUD_THRESHOLD: '30' }`. */
  readonly env?: Readonly<Record<string, string>>;
  /** False: only the API. */
  readonly worker?: boolean;
  /** True: a PostgreSQL of its own, which can be taken away and brought back. */
  readonly ownPostgres?: boolean;
  /** A database that is there already and outlives the application, instead of a new one. */
  readonly databaseUrl?: string;
  /** True: what is between the application and PostgreSQL can fall silent. */
  readonly databaseProxy?: boolean;
}

interface TestServices {
  postgres: EmbeddedService | null;
  redis: EmbeddedService;
  /** The clone of the template, where there is one. */
  database: string | null;
}

/** The built application, with a database, a Redis, a data directory and a key of its own. */
export class TestApp {
  private worker: NodeProcess | null = null;
  private readonly others: NodeProcess[] = [];
  private readonly logs: NodeProcess[] = [];

  private constructor(
    private address: string,
    /** The administrator's key. */
    readonly key: string,
    readonly databaseUrl: string,
    readonly dataDir: string,
    /** For looking into the database. */
    readonly db: pg.Pool,
    private readonly environment: NodeJS.ProcessEnv,
    private api: NodeProcess,
    private readonly services: TestServices,
    /** Null unless asked for. */
    readonly databaseProxy: DatabaseProxy | null,
  ) {
    this.logs.push(api);
  }

  /** @throws Error with the process's output when one does not start */
  static async start(options: StartAppOptions = {}): Promise<TestApp> {
    const { env = {}, worker = true, ownPostgres = false } = options;
    const dataDir = await mkdtemp(join(variable('TEST_DIRECTORY'), 'app-'));
    const redis = await startRedis({ dataDir: join(dataDir, 'redis'), port: await freePort() });
    const postgres = ownPostgres ? await startOwnPostgres(dataDir) : null;
    const databaseUrl = options.databaseUrl ?? postgres?.url ?? (await cloneTemplate());
    const proxy = options.databaseProxy ? await DatabaseProxy.before(databaseUrl) : null;
    const key = `test-${randomBytes(12).toString('hex')}`;
    const environment = {
      ...withoutSettings(process.env),
      NODE_ENV: 'test',
      HOST: '127.0.0.1',
      PORT: '0',
      API_KEY: key,
      DATABASE_URL: proxy?.url ?? databaseUrl,
      REDIS_URL: redis.url,
      DATA_DIR: dataDir,
      // Suites run beside one another: with more, their trainings would wait for each other's threads.
      TRAINING_THREADS: '1',
      ...env,
    };
    try {
      const { process: api, message } = await NodeProcess.start(API, environment);
      const db = new pg.Pool({ connectionString: databaseUrl, max: 4 });
      // Dropping the database at the end cuts idle connections off.
      db.on('error', () => null);
      const services = { postgres, redis, database: postgres || options.databaseUrl ? null : databaseUrl };
      const app = new TestApp(listening(message), key, databaseUrl, dataDir, db, environment, api, services, proxy);
      if (worker) await app.restartWorker();
      return app;
    } catch (error) {
      await Promise.all([redis.stop(), postgres?.stop()]);
      proxy?.stop();
      throw error;
    }
  }

  /** Where the API listens, e.g. `http://127.0.0.1:41234`. */
  get url(): string {
    return this.address;
  }

  /** The API's process id while it runs. */
  get pid(): number | null {
    return this.api.pid;
  }

  /** What the API process has ended with; null while it runs, and where a signal has ended it. */
  get exitCode(): number | null {
    return this.api.exitCode;
  }

  /** A supertest agent that sends the administrator's key. */
  request(): ReturnType<typeof supertest.agent> {
    return supertest.agent(this.url).set('X-API-Key', this.key);
  }

  /** Starts the worker, after ending the one that runs. */
  async restartWorker(): Promise<void> {
    await this.killWorker('SIGTERM');
    const { process: worker } = await NodeProcess.start(WORKER, this.environment);
    this.worker = worker;
    this.logs.push(worker);
  }

  /** Ends the API and starts it again, at another address. */
  async restartApi(): Promise<void> {
    await this.api.end('SIGTERM');
    const { process: api, message } = await NodeProcess.start(API, this.environment);
    this.api = api;
    this.address = listening(message);
    this.logs.push(api);
  }

  /** Starts one more worker beside the first; it lives until the end. */
  async startSecondWorker(): Promise<void> {
    const { process: worker } = await NodeProcess.start(WORKER, this.environment);
    this.others.push(worker);
    this.logs.push(worker);
  }

  /** Starts one more API process beside the first; `end()` it, or it lives until the end. */
  async startSecondApi(env: StartAppOptions['env'] = {}): Promise<{ readonly url: string; end(): Promise<void> }> {
    const { process: api, message } = await NodeProcess.start(API, { ...this.environment, ...env });
    this.others.push(api);
    this.logs.push(api);
    return { url: listening(message), end: () => api.end('SIGTERM') };
  }

  /** Ends the worker and waits until it is gone. */
  async killWorker(signal: NodeJS.Signals): Promise<void> {
    await this.worker?.end(signal);
    this.worker = null;
  }

  /** Takes Redis away. */
  async stopRedis(): Promise<void> {
    await this.services.redis.stop();
  }

  /** Brings Redis back, at the same address and with its data. */
  async startRedis(): Promise<void> {
    const { port } = this.services.redis;
    this.services.redis = await startRedis({ dataDir: join(this.dataDir, 'redis'), port });
  }

  /** Takes the application's own PostgreSQL away. */
  async stopPostgres(): Promise<void> {
    await this.services.postgres?.stop();
  }

  /** Brings its own PostgreSQL back with its data: at the same address, or elsewhere, where only the test finds it. */
  async startPostgres(port = Number(new URL(this.databaseUrl).port)): Promise<void> {
    this.services.postgres = await startOwnPostgres(this.dataDir, port);
  }

  /** Whether the API, and the worker where there is one, are still the processes that were started. */
  get running(): boolean {
    return this.api.running && this.worker?.running !== false;
  }

  /** What the processes have written so far. */
  log(): string {
    return this.logs.map(({ name, log }) => `--- ${name}\n${log}`).join('\n');
  }

  /** Ends everything and drops the database. Prints the processes' output when a test of the suite has failed. */
  async stop(): Promise<void> {
    const others = [this.api, ...this.others];
    await Promise.all([this.killWorker('SIGTERM'), ...others.map((each) => each.end('SIGTERM'))]);
    await this.db.end();
    this.databaseProxy?.stop();
    const { postgres, redis, database } = this.services;
    await Promise.all([redis.stop(), postgres?.stop()]);
    if (database !== null)
      await asAdministrator((client) => client.query(`DROP DATABASE ${databaseOf(database)} WITH (FORCE)`));
    await rm(this.dataDir, { recursive: true });
    // Set by the test environment.
    if (Reflect.get(globalThis, 'testFailed') === true) process.stderr.write(this.log());
  }
}

/** Starts the built application for a suite; end it with `stop()`. */
export function startApp(options?: StartAppOptions): Promise<TestApp> {
  return TestApp.start(options);
}

/** As durable as in production: it is stopped in the middle of things. */
async function startOwnPostgres(dataDir: string, port?: number): Promise<EmbeddedService> {
  // Root's PostgreSQL runs as another user, who must get to its data.
  await chmod(dataDir, 0o711);
  return startPostgres({ dataDir: join(dataDir, 'postgresql'), ...(port !== undefined && { port }) });
}

async function cloneTemplate(): Promise<string> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await asAdministrator((client) => client.query(`CREATE DATABASE ${name} TEMPLATE ${variable('TEST_TEMPLATE')}`));
  const url = new URL(variable('TEST_DATABASE_URL'));
  url.pathname = name;
  return url.href;
}

async function asAdministrator(work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ connectionString: variable('TEST_DATABASE_URL') });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function databaseOf(url: string): string {
  return new URL(url).pathname.slice(1);
}

/** The user's own settings are not the test's. */
function withoutSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'LD_LIBRARY_PATH', 'XGBOOST_LIBRARY'];
  return Object.fromEntries(kept.map((name) => [name, environment[name]]));
}

function listening(message: unknown): string {
  if (typeof message === 'object' && message !== null && 'listening' in message) return String(message.listening);
  throw new Error(`the API said ${JSON.stringify(message)} instead of where it listens`);
}

/** Set by the global set-up. */
function variable(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run this through Jest's e2e project`);
  return value;
}
