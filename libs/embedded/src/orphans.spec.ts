import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { endProcess, isAlive, waitUntil } from './processes.js';
import { postgresEnvironment } from './postgres/cluster.js';
import { parsePostmasterPid } from './postgres/postmaster-pid.js';
import { startPostgres } from './postgres/postgres.js';
import { startRedis } from './redis/redis.js';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'orphans-'));
  await chmod(directory, 0o755);
});

afterAll(() => rm(directory, { recursive: true }));

/** Starts the program again by hand, owned by nobody, as it is left behind where the kernel does not end it with us. */
async function leaveBehind(pid: number): Promise<number> {
  const [command = '', ...args] = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0').slice(0, -1);
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const [uid, gid] = ['Uid', 'Gid'].map((name) => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1]));
  await endProcess(pid, [{ signal: 'SIGTERM', patienceMs: 10_000 }]);
  const identity = process.getuid?.() === 0 ? { uid: uid ?? 0, gid: gid ?? 0 } : {};
  const orphan = spawn(command, args, {
    cwd: '/',
    detached: true,
    stdio: 'ignore',
    env: postgresEnvironment(),
    ...identity,
  });
  await once(orphan, 'spawn');
  return orphan.pid ?? 0;
}

describe('a server left behind', () => {
  it('is stopped before PostgreSQL starts again', async () => {
    const dataDir = join(directory, 'postgres');
    const first = await startPostgres({ dataDir, durable: false });
    const pidFile = join(dataDir, 'home/cluster/postmaster.pid');
    const orphan = await leaveBehind(first.pid);
    await first.stop();
    const runs = async (): Promise<boolean> => {
      const state = parsePostmasterPid(await readFile(pidFile, 'utf8').catch(() => ''));
      return state?.pid === orphan && state.ready;
    };
    expect(await waitUntil(runs, 10_000)).toBe(true);
    const second = await startPostgres({ dataDir, durable: false });
    expect(isAlive(orphan)).toBe(false);
    expect(isAlive(second.pid)).toBe(true);
    await second.stop();
  });

  it('is stopped before Redis starts again', async () => {
    const dataDir = join(directory, 'redis');
    const config = join(dataDir, 'redis.conf');
    const first = await startRedis({ dataDir });
    // Redis shows its address and not its command line; its configuration file is what it was started with.
    await copyFile(config, `${config}.copy`);
    await endProcess(first.pid, [{ signal: 'SIGTERM', patienceMs: 10_000 }]);
    await first.stop();
    const orphan = spawn('redis-server', [config], { detached: true, stdio: 'ignore' });
    await once(orphan, 'spawn');
    const runs = async (): Promise<boolean> =>
      (await readFile(join(dataDir, 'redis.pid'), 'utf8').catch(() => '')).trim() === String(orphan.pid);
    expect(await waitUntil(runs, 10_000)).toBe(true);
    const second = await startRedis({ dataDir });
    expect(isAlive(orphan.pid ?? 0)).toBe(false);
    await second.stop();
  });
});
