import { mkdir, truncate } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { claimDataDir } from '../claim.js';
import { type EmbeddedService, EmbeddedServiceError } from '../embedded-service.js';
import { freePort } from '../ports.js';
import { endProcess, type Exit, logTail, type ServiceProcess, spawnService, waitUntil } from '../processes.js';
import { type ServiceUser, serviceUser } from '../service-user.js';
import { binariesIn, type PostgresBinaries, postgresBinaries } from './binaries.js';
import {
  endOrphan,
  ensureCluster,
  keptPassword,
  postgresEnvironment,
  readPostmasterPid,
  ROLE,
  STOP_STEPS,
} from './cluster.js';
import { clusterHome } from './shared-directory.js';

/** Recovery after a crash may take a while. */
const START_PATIENCE_MS = 60_000;
const PORT_ATTEMPTS = 5;
/** When a server is killed, its children hold its memory until they notice. */
const CHILDREN_LEFT = 'pre-existing shared memory block';
const CHILDREN_POLL_MS = 100;

export interface PostgresOptions {
  /** Holds the cluster, the password and the log; created where missing. */
  readonly dataDir: string;
  /** A free one when left out. */
  readonly port?: number;
  /** False: no fsync, for tests whose data nobody misses. */
  readonly durable?: boolean;
  readonly maxConnections?: number;
  /** The directory of another PostgreSQL's programs; those of the npm package when left out. */
  readonly programs?: string;
}

interface Place {
  readonly cluster: string;
  readonly binaries: PostgresBinaries;
  readonly user: ServiceUser | null;
  readonly logFile: string;
}

/**
 * Starts a PostgreSQL of our own, 18 unless other programs are named, on 127.0.0.1, creating its cluster on the first call: UTF-8, locale C, UTC, one
 * role with a password. As root it runs as another user. A server left over by a crashed owner is stopped first.
 * @throws DataDirTakenError, EmbeddedServiceError
 */
export async function startPostgres(options: PostgresOptions): Promise<EmbeddedService> {
  const dataDir = resolve(options.dataDir);
  const durable = options.durable ?? true;
  await mkdir(dataDir, { recursive: true });
  const user = await serviceUser(join(dataDir, 'home'));
  const home = await clusterHome(dataDir, user);
  const claim = await claimDataDir(home);
  try {
    const binaries = options.programs === undefined ? await postgresBinaries(user) : binariesIn(options.programs);
    const password = await keptPassword(dataDir);
    await endOrphan(join(home, 'cluster'));
    const cluster = await ensureCluster(home, password, binaries, { user, durable });
    const logFile = join(dataDir, 'postgres.log');
    const { port, server } = await launch({ cluster, binaries, user, logFile }, { ...options, durable });
    let stopped: Promise<void> | null = null;
    const stop = async (): Promise<void> => {
      await endProcess(server.pid, STOP_STEPS);
      await server.exited;
      claim.release();
    };
    return {
      url: `postgresql://${ROLE}:${password}@127.0.0.1:${port}/postgres`,
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

/**
 * Another program may take the free port before the server does: then another one is tried. Children of a killed server
 * may be there still: then it is tried again until they are gone.
 */
async function launch(
  place: Place,
  options: PostgresOptions & { readonly durable: boolean },
): Promise<{ port: number; server: ServiceProcess }> {
  const end = performance.now() + START_PATIENCE_MS;
  for (let attempt = 1; ;) {
    await truncate(place.logFile).catch(() => null);
    const port = options.port ?? (await freePort());
    const server = await spawnService(place.binaries.postgres, ['-D', place.cluster, ...settings(port, options)], {
      logFile: place.logFile,
      diesWith: 'SIGINT',
      user: place.user,
      environment: postgresEnvironment(),
    });
    if (await accepts(place.cluster, server)) return { port, server };
    await endProcess(server.pid, STOP_STEPS);
    const log = await logTail(place.logFile);
    if (log.includes(CHILDREN_LEFT) && performance.now() < end) {
      await delay(CHILDREN_POLL_MS);
      continue;
    }
    const portTaken = log.includes('could not bind');
    if (!portTaken || options.port !== undefined || attempt++ === PORT_ATTEMPTS) {
      throw new EmbeddedServiceError(`PostgreSQL did not start. The end of ${place.logFile}:\n${log}`);
    }
  }
}

async function accepts(cluster: string, server: ServiceProcess): Promise<boolean> {
  let exit: Exit | null = null;
  void server.exited.then((how) => (exit = how));
  let ready = false;
  await waitUntil(async () => {
    const state = await readPostmasterPid(cluster);
    ready = state?.pid === server.pid && state.ready;
    return ready || exit !== null;
  }, START_PATIENCE_MS);
  return ready;
}

function settings(port: number, { durable, maxConnections = 100 }: PostgresOptions): readonly string[] {
  const values: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: maxConnections,
    timezone: 'UTC',
    log_timezone: 'UTC',
    logging_collector: 'off',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
