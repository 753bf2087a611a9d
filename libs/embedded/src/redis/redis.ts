import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { claimDataDir } from '../claim.js';
import { type EmbeddedService, EmbeddedServiceError } from '../embedded-service.js';
import { freePort } from '../ports.js';
import {
  commandLine,
  endProcess,
  type Exit,
  isAlive,
  logTail,
  type ServiceProcess,
  spawnService,
  waitUntil,
} from '../processes.js';
import { answersPing } from './ping.js';
import { parseRedisConfig, redisConfig } from './redis-config.js';

const START_PATIENCE_MS = 60_000;
const PORT_ATTEMPTS = 5;

/** SIGTERM syncs the append-only file and ends. */
const STOP_STEPS = [
  { signal: 'SIGTERM', patienceMs: 10_000 },
  { signal: 'SIGKILL', patienceMs: 5_000 },
] as const;

export interface RedisOptions {
  /** Holds the append-only file, the configuration and the log; created where missing. */
  readonly dataDir: string;
  /** A free one when left out. */
  readonly port?: number;
  /** The program; `redis-server` of the PATH when left out. */
  readonly binary?: string;
  /** False: nothing is kept, for tests. */
  readonly durable?: boolean;
}

/** The files of one Redis. */
interface Files {
  readonly config: string;
  readonly pid: string;
  readonly log: string;
}

/**
 * Starts a Redis of our own on 127.0.0.1, with a password, so that other users of the machine cannot queue jobs. A
 * server left over by a crashed owner is stopped first.
 * @throws DataDirTakenError, EmbeddedServiceError
 */
export async function startRedis(options: RedisOptions): Promise<EmbeddedService> {
  const dataDir = resolve(options.dataDir);
  const claim = await claimDataDir(dataDir);
  try {
    const files = {
      config: join(dataDir, 'redis.conf'),
      pid: join(dataDir, 'redis.pid'),
      log: join(dataDir, 'redis.log'),
    };
    const before = parseRedisConfig(await readFile(files.config, 'utf8').catch(() => ''));
    if (before) await endOrphan(files, before.port);
    const password = before?.password ?? randomBytes(24).toString('base64url');
    await truncate(files.log).catch(() => null);
    const { port, server } = await launch(dataDir, files, password, options);
    let stopped: Promise<void> | null = null;
    const stop = async (): Promise<void> => {
      await endProcess(server.pid, STOP_STEPS);
      await server.exited;
      claim.release();
    };
    return {
      url: `redis://:${password}@127.0.0.1:${port}/0`,
      port,
      pid: server.pid,
      exited: server.exited,
      stop: () => (stopped ??= stop()),
    };
  } catch (error) {
    claim.release();
    throw error;
  }
}

async function launch(
  dataDir: string,
  files: Files,
  password: string,
  { port: chosenPort, binary = 'redis-server', durable = true }: RedisOptions,
): Promise<{ port: number; server: ServiceProcess }> {
  const program = await findProgram(binary);
  const directory = join(dataDir, 'data');
  await mkdir(directory, { recursive: true });
  for (let attempt = 1; ; attempt++) {
    const port = chosenPort ?? (await freePort());
    // In a file, not in arguments, which every user of the machine can read.
    await writeFile(files.config, redisConfig({ port, password, directory, pidFile: files.pid, durable }), {
      mode: 0o600,
    });
    const server = await spawnRedis(program, files);
    if (await accepts(port, password, server)) return { port, server };
    await endProcess(server.pid, STOP_STEPS);
    const log = await logTail(files.log);
    const portTaken = /bind: Address already in use|Could not create server TCP listening socket/.test(log);
    if (!portTaken || chosenPort !== undefined || attempt === PORT_ATTEMPTS) {
      throw new EmbeddedServiceError(`Redis did not start. The end of ${files.log}:\n${log}`);
    }
  }
}

function spawnRedis(binary: string, files: Files): Promise<ServiceProcess> {
  const options = { logFile: files.log, diesWith: 'SIGTERM', user: null, environment: process.env } as const;
  return spawnService(binary, [files.config], options);
}

/** @throws EmbeddedServiceError when there is no such program */
async function findProgram(name: string): Promise<string> {
  const directories = isAbsolute(name) ? [''] : (process.env['PATH'] ?? '').split(delimiter);
  for (const directory of directories) {
    const path = join(directory, name);
    if (
      await access(path, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  throw new EmbeddedServiceError(`There is no ${name}: install redis-server, or set REDIS_URL`);
}

async function accepts(port: number, password: string, server: ServiceProcess): Promise<boolean> {
  let exit: Exit | null = null;
  void server.exited.then((how) => (exit = how));
  let ready = false;
  await waitUntil(async () => {
    ready = await answersPing(port, password);
    return ready || exit !== null;
  }, START_PATIENCE_MS);
  return ready;
}

/** Ends the server of an earlier owner. Redis shows its port as its command line, and a port has one owner. */
async function endOrphan(files: Files, port: number): Promise<void> {
  const pid = Number.parseInt(await readFile(files.pid, 'utf8').catch(() => ''), 10);
  if (Number.isNaN(pid) || !isAlive(pid)) return;
  const shown = await commandLine(pid);
  if (shown.includes('redis-server') && (shown.includes(`:${port}`) || shown.includes(files.config))) {
    await endProcess(pid, STOP_STEPS);
  }
}
