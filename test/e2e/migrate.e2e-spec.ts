import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';

const MAIN = fileURLToPath(new URL('../../dist/apps/migrate/main.js', import.meta.url));
const MIGRATIONS = 'SELECT name FROM migrations ORDER BY id';

describe('the migration job', () => {
  const name = `migrate_${randomBytes(4).toString('hex')}`;
  const url = new URL(process.env['TEST_DATABASE_URL'] ?? '');
  const administrator = new pg.Client({ connectionString: url.href });
  const template = new URL(url);
  template.pathname = process.env['TEST_TEMPLATE'] ?? '';
  url.pathname = name;

  const migrate = () =>
    promisify(execFile)(process.execPath, [MAIN], {
      cwd: tmpdir(),
      env: { PATH: process.env['PATH'], DATABASE_URL: url.href },
    });
  const migrations = async ({ href }: URL): Promise<unknown[]> => {
    const client = new pg.Client({ connectionString: href });
    await client.connect();
    const { rows } = await client.query<{ name: string }>(MIGRATIONS);
    await client.end();
    return rows;
  };

  beforeAll(async () => {
    await administrator.connect();
    await administrator.query(`CREATE DATABASE ${name}`);
  });
  afterAll(async () => {
    await administrator.query(`DROP DATABASE ${name} WITH (FORCE)`);
    await administrator.end();
  });

  it('brings an empty database up to date, also when several start at once, and is done', async () => {
    const runs = await Promise.all([migrate(), migrate(), migrate()]);
    expect(runs.map(({ stdout, stderr }) => stdout + stderr)).toEqual(Array(3).fill('The database is up to date.\n'));
    const done = await migrations(url);
    expect(done.length).toBeGreaterThan(0);
    expect(done).toEqual(await migrations(template));
  });
});
