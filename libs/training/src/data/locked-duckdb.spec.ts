import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { literal, withLockedDuckDb } from './locked-duckdb.js';

let directory: string;
let own: string;
let other: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "locked-'duckdb-"));
  own = join(directory, 'own');
  other = join(directory, 'other');
  await writeFile(own, 'a,b\n1,2\n');
  await writeFile(other, 'secret,b\n1,2\n');
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

describe('withLockedDuckDb', () => {
  it('reads its file', async () => {
    const rows = await withLockedDuckDb(own, { threads: 1 }, async (connection, path) =>
      (await connection.runAndReadAll(`SELECT * FROM read_csv(${literal(path)}, all_varchar = true)`)).getRows(),
    );
    expect(rows).toEqual([['1', '2']]);
  });

  it('reads its file through a link to it', async () => {
    const link = join(directory, 'link');
    await symlink(own, link);
    const rows = await withLockedDuckDb(link, { threads: 1 }, async (connection, path) =>
      (await connection.runAndReadAll(`SELECT count(*)::INTEGER FROM read_csv(${literal(path)})`)).getRows(),
    );
    expect(rows).toEqual([[1]]);
  });

  it.each([
    ['another file', () => `SELECT * FROM read_csv(${literal(other)})`],
    ['another file as text', () => `SELECT * FROM read_text(${literal(other)})`],
    ['another file by a detour', () => `SELECT * FROM read_csv(${literal(`${own}/../other`)})`],
    ['the directory', () => `SELECT * FROM glob(${literal(`${directory}/*`)})`],
    ['the web', () => "SELECT * FROM read_csv('http://127.0.0.1:1/x.csv')"],
    ['a new file', () => `COPY (SELECT 1) TO ${literal(join(directory, 'new'))}`],
    ['a database', () => `ATTACH ${literal(join(directory, 'new.db'))}`],
    ['an extension', () => 'INSTALL httpfs'],
    ['its own settings', () => 'SET enable_external_access = true'],
    ['its list of files', () => `SET allowed_paths = [${literal(other)}]`],
  ])('cannot reach %s', async (_what, sql) => {
    const before = await readdir(directory);
    await expect(
      withLockedDuckDb(own, { threads: 1 }, (connection) => connection.runAndReadAll(sql())),
    ).rejects.toThrow(/Permission Error|configuration|disabled|allowed|httpfs|extension/i);
    expect(await readdir(directory)).toEqual(before);
  });

  it('ends a statement when it is told to', async () => {
    const abort = new AbortController();
    const endless = withLockedDuckDb(own, { threads: 1, signal: abort.signal }, (connection) => {
      setImmediate(() => {
        abort.abort();
      });
      return connection.run('SELECT count(*) FROM range(1000000000000) WHERE hash(range) = 1');
    });
    await expect(endless).rejects.toThrow(/interrupt/i);
  });
});
