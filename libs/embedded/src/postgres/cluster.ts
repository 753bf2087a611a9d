import { randomBytes } from 'node:crypto';
import { execFile } from 'node:child_process';
import { access, chown, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedServiceError } from '../embedded-service.js';
import { commandLine, endProcess, isAlive } from '../processes.js';
import type { ServiceUser } from '../service-user.js';
import type { PostgresBinaries } from './binaries.js';
import { parsePostmasterPid, type PostmasterPid } from './postmaster-pid.js';

const run = promisify(execFile);

/** The one role, and the database it uses. */
export const ROLE = 'fraud_scoring';

/** SIGINT ends sessions and writes a checkpoint; SIGQUIT leaves recovery to the next start. */
export const STOP_STEPS = [
  { signal: 'SIGINT', patienceMs: 10_000 },
  { signal: 'SIGQUIT', patienceMs: 5_000 },
  { signal: 'SIGKILL', patienceMs: 5_000 },
] as const;

/** The role's password: 24 random bytes, made once and kept where only we can read it. */
export async function keptPassword(dataDirectory: string): Promise<string> {
  const path = join(dataDirectory, 'password');
  const kept = await readFile(path, 'utf8').catch(() => '');
  if (kept.trim()) return kept.trim();
  const made = randomBytes(24).toString('base64url');
  await writeFile(path, `${made}\n`, { mode: 0o600 });
  return made;
}

/** Creates the cluster where there is none. An interrupted attempt leaves none. @returns its directory */
export async function ensureCluster(
  home: string,
  password: string,
  { initdb }: PostgresBinaries,
  { user, durable }: { readonly user: ServiceUser | null; readonly durable: boolean },
): Promise<string> {
  const cluster = join(home, 'cluster');
  if (
    await access(join(cluster, 'PG_VERSION')).then(
      () => true,
      () => false,
    )
  )
    return cluster;
  const fresh = join(home, 'cluster.new');
  const passwordFile = join(home, 'cluster.password');
  await rm(fresh, { recursive: true, force: true });
  try {
    await writeFile(passwordFile, password, { mode: 0o600 });
    if (user) await chown(passwordFile, user.uid, user.gid);
    const args = [`--pgdata=${fresh}`, `--username=${ROLE}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256'];
    await run(initdb, [...args, '--encoding=UTF8', '--locale=C', ...(durable ? [] : ['--no-sync'])], {
      cwd: '/',
      env: postgresEnvironment(),
      ...(user && { uid: user.uid, gid: user.gid }),
    });
  } catch (cause) {
    const output =
      typeof cause === 'object' && cause !== null && 'stderr' in cause ? String(cause.stderr).trim() : String(cause);
    throw new EmbeddedServiceError(`initdb failed: ${output}`, { cause });
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(fresh, cluster);
  return cluster;
}

/**
 * Its own small environment: PG* variables would change its mind, and LD_LIBRARY_PATH would put other libraries before
 * the ones it brings along.
 */
export function postgresEnvironment(): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };
}

export async function readPostmasterPid(cluster: string): Promise<PostmasterPid | null> {
  return parsePostmasterPid(await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => ''));
}

/**
 * Ends a server that an earlier owner of this cluster left running. To be called by the claim's holder alone: then a
 * running server has no owner.
 */
export async function endOrphan(cluster: string): Promise<void> {
  const left = await readPostmasterPid(cluster);
  if (!left || !isAlive(left.pid)) return;
  if ((await commandLine(left.pid)).includes(cluster)) {
    await endProcess(left.pid, STOP_STEPS);
  } else {
    // Another program runs under its number now. PostgreSQL would take that for a living server and refuse.
    await rm(join(cluster, 'postmaster.pid'), { force: true });
  }
}
