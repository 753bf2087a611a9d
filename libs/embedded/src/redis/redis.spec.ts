import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataDirTakenError } from '../claim.js';
import { EmbeddedServiceError } from '../embedded-service.js';
import { isAlive } from '../processes.js';
import { startRedis } from './redis.js';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'redis "quoted" '));
});

afterAll(() => rm(directory, { recursive: true }));

/** What Redis answers to commands, one line each. */
function talk(url: string, commands: readonly string[], password = new URL(url).password): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = createConnection({ port: Number(new URL(url).port), host: '127.0.0.1' });
    socket.setEncoding('utf8');
    socket.on('error', reject);
    socket.on('data', (text: string) => (answer += text));
    socket.on('close', () => {
      resolve(answer);
    });
    socket.write([`AUTH ${password}`, ...commands, 'QUIT', ''].join('\r\n'));
  });
}

const options = (): { dataDir: string } => ({ dataDir: join(directory, 'one') });

describe('startRedis', () => {
  it('keeps data over a restart', async () => {
    const first = await startRedis(options());
    expect(await talk(first.url, ['SET kept 42'])).toMatch(/^(\+OK\r\n){3}$/);
    await first.stop();
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);
    expect(await first.exited).toEqual({ code: 0, signal: null });
    const second = await startRedis(options());
    expect(await talk(second.url, ['GET kept'])).toContain('$2\r\n42\r\n');
    expect(await talk(second.url, ['CONFIG GET maxmemory-policy'])).toContain('noeviction');
    await second.stop();
  });

  it('asks for the password, which only we can read', async () => {
    const server = await startRedis(options());
    expect(await talk(server.url, ['GET kept'], 'wrong')).toMatch(/WRONGPASS[^]*NOAUTH/);
    const file = join(directory, 'one/redis.conf');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).toContain(new URL(server.url).password);
    await server.stop();
  });

  it('has one owner', async () => {
    const server = await startRedis(options());
    await expect(startRedis(options())).rejects.toBeInstanceOf(DataDirTakenError);
    expect(isAlive(server.pid)).toBe(true);
    await server.stop();
  });

  it('says what to do when there is no Redis, and why one did not start', async () => {
    await expect(startRedis({ ...options(), binary: 'no-such-redis' })).rejects.toThrow(/install redis-server/);
    await expect(startRedis({ ...options(), binary: '/bin/false' })).rejects.toBeInstanceOf(EmbeddedServiceError);
    const server = await startRedis(options());
    const taken = startRedis({ dataDir: join(directory, 'two'), port: server.port });
    await expect(taken).rejects.toThrow(/Address already in use/);
    await server.stop();
  });
});
