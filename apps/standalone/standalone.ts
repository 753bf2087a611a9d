import { isIPv6 } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '@app/config';
import { migrate } from '@app/database';
import { errorMessage, whyNotListening } from '@app/common';
import {
  type Claim,
  claimDataDir,
  DataDirTakenError,
  type EmbeddedService,
  startPostgres,
  startRedis,
  tryToListen,
} from '@app/embedded';
import { announcement } from './announcement.js';
import { ApiClient } from './api-client.js';
import { adminKey } from './admin-key.js';
import { trainFirstModels } from './first-models.js';
import { StartError } from './start-error.js';
import type { StopWish } from './stop-wish.js';
import { SupervisedProcess } from './supervised-process.js';

/** What a process may be late with its own end, before it is ended by force. */
const SPARE_MILLISECONDS = 2_000;

/** What the next step needs of the ones before, undone in reverse. */
type Undo = () => Promise<void> | void;

/**
 * Runs everything until the wish to stop, then stops it in order: API and worker, Redis and PostgreSQL.
 * @throws StartError, DataDirTakenError or EmbeddedServiceError; nothing is left running then, either
 */
export async function standalone(config: Config, stop: StopWish): Promise<void> {
  const undo: Undo[] = [];
  try {
    await serve(config, stop, undo);
    await stop.requested();
  } catch (error) {
    // A step that was cut off by the wish to stop is no failure; what made us stop may be one.
    if (!stop.signal.aborted) throw error;
    await stop.requested();
  } finally {
    for (const step of undo.reverse()) await step();
  }
}

async function serve(config: Config, stop: StopWish, undo: Undo[]): Promise<void> {
  const embedded = config.databaseUrl === null;
  if (embedded || config.redisUrl === null) {
    const claimed = await claim(config.dataDir);
    undo.push(() => {
      claimed.release();
    });
  }
  await checkPort(config);
  const [databaseUrl, redisUrl] = await startServices(config, stop, undo);
  const key = await adminKey(config);
  stop.signal.throwIfAborted();
  await migrate(databaseUrl);
  stop.signal.throwIfAborted();
  const port = await startProcesses(config, { databaseUrl, redisUrl, key }, stop, undo);
  const address = `http://${reachable(config.host)}:${port}`;
  const client = new ApiClient(address, key, stop.signal);
  if (embedded) await trainFirstModels(client, say, stop.signal);
  if (embedded && !(await client.untilReady())) say(`The service is not ready to score: see ${address}/health/ready`);
  say(announcement({ address, key: config.apiKey === null ? key : null }));
}

async function checkPort(config: Config): Promise<void> {
  try {
    await tryToListen(config.port, config.host);
  } catch (error) {
    throw new StartError(whyNotListening(error, config));
  }
}

async function claim(directory: string): Promise<Claim> {
  try {
    return await claimDataDir(directory);
  } catch (error) {
    if (error instanceof DataDirTakenError) throw error;
    throw new StartError(
      `DATA_DIR: ${directory} cannot be used (${errorMessage(error)}): set it to a directory that can be written.`,
    );
  }
}

/** An API process has 17 at most (see docs/guides/production.md), the worker 12; and somebody may want to look. */
function connectionsFor({ webConcurrency }: Config): number {
  return Math.max(100, 18 * webConcurrency + 32);
}

/** @returns the addresses of PostgreSQL and Redis */
async function startServices(config: Config, stop: StopWish, undo: Undo[]): Promise<[string, string]> {
  const own = async (name: string, start: Promise<EmbeddedService>): Promise<string> => {
    const service = await start;
    undo.push(() => service.stop());
    void service.exited.then(() => {
      stop.fail(
        new StartError(`${name} has ended unexpectedly; its log is in ${join(config.dataDir, name.toLowerCase())}.`),
      );
    });
    return service.url;
  };
  if (config.databaseUrl === null || config.redisUrl === null) say('Starting the embedded services …');
  const results = await Promise.allSettled([
    config.databaseUrl ??
      own(
        'PostgreSQL',
        startPostgres({ dataDir: join(config.dataDir, 'postgresql'), maxConnections: connectionsFor(config) }),
      ),
    config.redisUrl ?? own('Redis', startRedis({ dataDir: join(config.dataDir, 'redis') })),
  ]);
  // Both have settled: what did start is known to `undo`, whatever the other one did.
  const [database, redis] = results;
  if (database.status === 'rejected') throw database.reason;
  if (redis.status === 'rejected') throw redis.reason;
  return [database.value, redis.value];
}

/** @returns the port the API listens on */
async function startProcesses(
  config: Config,
  { databaseUrl, redisUrl, key }: { databaseUrl: string; redisUrl: string; key: string },
  stop: StopWish,
  undo: Undo[],
): Promise<number> {
  const environment = {
    ...process.env,
    DATABASE_URL: databaseUrl,
    REDIS_URL: redisUrl,
    API_KEY: key,
    DATA_DIR: config.dataDir,
    PORT: String(config.port),
    // No other API takes over: waiting for a load balancer to notice would only make Ctrl-C slow.
    DRAIN_SECONDS: '0',
  };
  const patience = config.shutdownMilliseconds + SPARE_MILLISECONDS;
  const supervised = (name: string): SupervisedProcess => {
    const script = fileURLToPath(new URL(`../${name}/main.js`, import.meta.url));
    return new SupervisedProcess({ name, script, environment, patience, say });
  };
  const [api, worker] = [supervised('api'), supervised('worker')];
  undo.push(async () => {
    await Promise.all([api.stop(stop.hurry), worker.stop(stop.hurry)]);
  });
  const [port] = await Promise.all([api.start(stop.signal), worker.start(stop.signal)]);
  return port ?? config.port;
}

/** The host as it stands in a URL; a server that listens on all addresses is found on the machine's own. */
function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return isIPv6(host) ? `[${host}]` : host;
}

function say(line: string): void {
  console.log(line);
}
