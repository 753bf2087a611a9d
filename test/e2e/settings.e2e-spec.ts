import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const main = (app: string): string => fileURLToPath(new URL(`../../dist/apps/${app}/main.js`, import.meta.url));

describe('a start with wrong settings', () => {
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'fraud-scoring-settings-'));
  });
  afterAll(() => rm(directory, { recursive: true }));

  /** Runs to the end that a failed start has. */
  const start = (app: string, settings: NodeJS.ProcessEnv): Promise<{ code: unknown; lines: string[] }> =>
    new Promise((resolve) => {
      execFile(
        process.execPath,
        [main(app)],
        { cwd: directory, env: { PATH: process.env['PATH'], ...settings } },
        (error, stdout, stderr) => {
          resolve({ code: error?.code ?? 0, lines: `${stdout}${stderr}`.trimEnd().split('\n') });
        },
      );
    });

  const services = { DATABASE_URL: 'postgres://me:hidden@127.0.0.1:1/fraud', REDIS_URL: 'redis://127.0.0.1:1' };

  it.each(['api', 'worker', 'standalone'])('ends %s with one line per setting', async (app) => {
    const { code, lines } = await start(app, { ...services, API_KEY: 'abc', PORT: 'http', FRAUD_THRESHOLD: '-1' });
    expect(code).toBe(1);
    expect(lines).toEqual([
      'PORT: must be a whole number from 0 to 65535, got "http"',
      'FRAUD_THRESHOLD: must be a whole number from 0 to 100, got "-1"',
    ]);
  });

  it.each(['api', 'standalone'])('ends %s with one line where two ports are the same', async (app) => {
    const { code, lines } = await start(app, { ...services, API_KEY: 'abcdefgh', PORT: '3999', METRICS_PORT: '3999' });
    expect(code).toBe(1);
    expect(lines).toEqual(['METRICS_PORT: is 3999, as PORT is; each needs a port of its own']);
  });

  it.each(['api', 'worker', 'standalone'])('ends %s with one line where its end is too short', async (app) => {
    const settings = { ...services, API_KEY: 'abcdefgh', DRAIN_SECONDS: '10', SHUTDOWN_SECONDS: '10' };
    const { code, lines } = await start(app, settings);
    expect(code).toBe(1);
    expect(lines).toEqual(['SHUTDOWN_SECONDS: must be more than DRAIN_SECONDS, which is 10, got "10"']);
  });

  it('ends several API processes with one line when PostgreSQL is not there', async () => {
    const { code, lines } = await start('api', { ...services, API_KEY: 'abcdefgh', PORT: '0', WEB_CONCURRENCY: '3' });
    expect(code).toBe(1);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^DATABASE_URL: cannot use PostgreSQL/);
  });

  it.each(['api', 'worker'])('names what %s cannot do without', async (app) => {
    const { code, lines } = await start(app, {});
    expect(code).toBe(1);
    expect(lines.map((line) => line.split(':')[0])).toEqual(
      app === 'api' ? ['DATABASE_URL', 'REDIS_URL', 'API_KEY'] : ['DATABASE_URL', 'REDIS_URL'],
    );
  });

  it.each(['api', 'worker', 'migrate', 'standalone'])(
    'ends %s with one line when PostgreSQL is not there',
    async (app) => {
      const { code, lines } = await start(app, { ...services, API_KEY: 'abcdefgh', PORT: '0' });
      expect(code).toBe(1);
      expect(lines.at(-1)).toMatch(/^DATABASE_URL: cannot use PostgreSQL at 127\.0\.0\.1:1\/fraud: .*ECONNREFUSED/);
      expect(lines.join()).not.toContain('hidden');
    },
  );

  it('reads them from .env, too; the environment goes first', async () => {
    await writeFile(join(directory, '.env'), 'PORT=nowhere\nLOG_LEVEL=loud\n');
    const { lines } = await start('api', { ...services, API_KEY: 'abc', LOG_LEVEL: 'quiet' });
    expect(lines).toEqual([
      'PORT: must be a whole number from 0 to 65535, got "nowhere"',
      'LOG_LEVEL: must be one of fatal, error, warn, log, debug, verbose, got "quiet"',
    ]);
    await rm(join(directory, '.env'));
  });
});
