import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { DataDirTakenError } from '../claim.js';
import { isAlive, waitUntil } from '../processes.js';
import { startPostgres } from './postgres.js';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'postgres '));
  // Root's PostgreSQL runs as another user.
  await chmod(directory, 0o755);
});

afterAll(() => rm(directory, { recursive: true }));

async function ask(url: string, sql: string): Promise<unknown> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return Object.values(rows[0] ?? {})[0];
  } finally {
    await client.end();
  }
}

const options = (): { dataDir: string; durable: false } => ({ dataDir: join(directory, 'one'), durable: false });

describe('startPostgres', () => {
  it('keeps data over a restart, in UTF-8 and UTC', async () => {
    const first = await startPostgres(options());
    expect(await ask(first.url, 'SHOW server_encoding')).toBe('UTF8');
    expect(await ask(first.url, 'SHOW timezone')).toBe('UTC');
    expect(await ask(first.url, 'SHOW listen_addresses')).toBe('127.0.0.1');
    await ask(first.url, 'CREATE TABLE kept AS SELECT 42 AS value');
    await first.stop();
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);
    expect(await first.exited).toEqual({ code: 0, signal: null });

    const second = await startPostgres(options());
    expect(await ask(second.url, 'SELECT value FROM kept')).toBe(42);
    await second.stop();
  });

  it('asks for the password, which only we can read', async () => {
    const server = await startPostgres(options());
    const file = join(directory, 'one/password');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(server.url).toContain((await readFile(file, 'utf8')).trim());
    await expect(ask(server.url.replace(/:[^:@]+@/, ':wrong@'), 'SELECT 1')).rejects.toThrow(/password/);
    await server.stop();
  });

  it('has one owner', async () => {
    const server = await startPostgres(options());
    await expect(startPostgres(options())).rejects.toBeInstanceOf(DataDirTakenError);
    expect(await ask(server.url, 'SELECT 1')).toBe(1);
    await server.stop();
  });

  it('recovers what was committed when it was killed', async () => {
    const server = await startPostgres({ ...options(), durable: true });
    await ask(server.url, 'CREATE TABLE committed AS SELECT 7 AS value');
    process.kill(server.pid, 'SIGKILL');
    expect(await server.exited).toEqual({ code: null, signal: 'SIGKILL' });
    await server.stop();
    const again = await startPostgres(options());
    expect(await ask(again.url, 'SELECT value FROM committed')).toBe(7);
    await again.stop();
  });

  it('waits for what a killed server has left behind to notice', async () => {
    const server = await startPostgres(options());
    const child = Number(await ask(server.url, "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'"));
    process.kill(child, 'SIGSTOP');
    process.kill(server.pid, 'SIGKILL');
    await server.stop();
    const again = startPostgres(options());
    const refused = async (): Promise<boolean> =>
      (await readFile(join(directory, 'one/postgres.log'), 'utf8')).includes('shared memory block');
    expect(await waitUntil(refused, 10_000)).toBe(true);
    process.kill(child, 'SIGCONT');
    expect(await ask((await again).url, 'SELECT 1')).toBe(1);
    await (await again).stop();
  });

  it('starts although another program runs under the number of a crashed server', async () => {
    const server = await startPostgres(options());
    process.kill(server.pid, 'SIGKILL');
    await server.exited;
    await server.stop();
    const pidFile = join(directory, 'one/home/cluster/postmaster.pid');
    const left = await readFile(pidFile, 'utf8');
    await writeFile(pidFile, left.replace(/^\d+/, String(process.pid)));
    const again = await startPostgres(options());
    expect(await ask(again.url, 'SELECT 1')).toBe(1);
    await again.stop();
  });

  it('waits for the processes of a killed server, which hold its memory', async () => {
    const server = await startPostgres(options());
    const child = Number(await ask(server.url, "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'"));
    process.kill(child, 'SIGSTOP');
    process.kill(server.pid, 'SIGKILL');
    await server.exited;
    await server.stop();
    const starting = startPostgres(options());
    const log = (): Promise<string> => readFile(join(directory, 'one/postgres.log'), 'utf8');
    expect(await waitUntil(async () => (await log()).includes('is still in use'), 30_000)).toBe(true);
    process.kill(child, 'SIGCONT');
    const again = await starting;
    expect(await ask(again.url, 'SELECT 1')).toBe(1);
    await again.stop();
  });

  it('makes its cluster anew after an interrupted creation', async () => {
    const dataDir = join(directory, 'interrupted');
    const server = await startPostgres({ dataDir, durable: false });
    await server.stop();
    await rm(join(dataDir, 'home/cluster/PG_VERSION'));
    await rm(join(dataDir, 'home/cluster'), { recursive: true });
    await writeFile(join(dataDir, 'home/cluster.new'), 'half');
    const again = await startPostgres({ dataDir, durable: false });
    expect(await ask(again.url, 'SELECT 1')).toBe(1);
    await again.stop();
    expect((await readdir(join(dataDir, 'home'))).sort()).toEqual(['cluster', 'owner.lock']);
  });
});
