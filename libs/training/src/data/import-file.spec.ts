import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { link, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { importFile, type ImportOptions, isImport, parseImport } from './import-file.js';
import { type StoredFile } from './stored-file.js';

const CSV = 'a,b\n1,2\n';

let root: string;
let directory: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'import-'));
  directory = join(root, 'datasets');
  await mkdir(join(directory, 'imports', '2026'), { recursive: true });
  await writeFile(join(directory, 'imports', '2026', 'cards.csv'), CSV);
  await writeFile(join(directory, 'stored'), 'secret');
  await writeFile(join(root, 'outside.csv'), 'secret');
});

afterEach(async () => {
  await rm(root, { recursive: true });
});

function take(dataset: string, options: Partial<ImportOptions> = {}): Promise<StoredFile> {
  const usual = { directory, maxBytes: 1000, signal: new AbortController().signal, onProgress: () => undefined };
  return importFile(dataset, { ...usual, ...options });
}

async function expectRefused(taking: Promise<unknown>, code: string, words: string): Promise<void> {
  const error: unknown = await taking.catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'DatasetError', code, message: expect.stringContaining(words) });
  expect(String(error)).not.toContain(root);
  expect((await readdir(directory)).sort()).toEqual(['imports', 'stored']);
}

describe('isImport', () => {
  it('goes by the scheme', () => {
    expect(['file:imports/x', 'FILE:x', 'file:///etc/passwd'].map(isImport)).toEqual([true, true, true]);
    expect(['https://example.com/x.csv', 'imports/x', ''].map(isImport)).toEqual([false, false, false]);
  });
});

describe('parseImport', () => {
  it.each([
    'file:',
    'file:imports',
    'file:imports/',
    'file:stored',
    'file:other/x.csv',
    'file:./imports/x.csv',
    'file:/imports/x.csv',
    'file:///etc/passwd',
    'file:../x.csv',
    'file:imports/../stored',
    'file:imports/2026/../../stored',
    'file:imports/./x.csv',
    'file:imports//x.csv',
    'file:imports/x\0.csv',
    'file:imports/x\n.csv',
    'file:imports\\..\\stored',
    'file:imports/..\\stored',
    'imports/x.csv',
  ])('refuses %j', (dataset) => {
    expect(() => parseImport(dataset)).toThrow(expect.objectContaining({ code: 'bad_path' }));
  });

  it('takes names as they are: percent signs, spaces, dots', () => {
    expect(parseImport('file:imports/a b/%2e%2e/..x.csv')).toEqual(['imports', 'a b', '%2e%2e', '..x.csv']);
  });
});

describe('importFile', () => {
  it('copies the file, with its hash, and leaves it where it is', async () => {
    const told: [number, number][] = [];
    const stored = await take('file:imports/2026/cards.csv', {
      onProgress: (bytes, total) => told.push([bytes, total]),
    });
    expect(stored).toMatchObject({ bytes: CSV.length, sha256: createHash('sha256').update(CSV).digest('hex') });
    expect(await readFile(stored.path, 'utf8')).toBe(CSV);
    expect(await readFile(join(directory, 'imports', '2026', 'cards.csv'), 'utf8')).toBe(CSV);
    expect(told).toEqual([[CSV.length, CSV.length]]);
  });

  it('refuses what is not there', async () => {
    await expectRefused(take('file:imports/none.csv'), 'bad_path', 'There is no file:imports/none.csv');
    await expectRefused(take('file:imports/2026/cards.csv/x'), 'bad_path', 'There is no');
    await expectRefused(take(`file:imports/${'x'.repeat(1000)}`), 'bad_path', 'There is no');
    await expectRefused(take('file:imports/%2e%2e/stored'), 'bad_path', 'There is no');
  });

  it.each([
    ['a link to a file outside', () => symlink(join(root, 'outside.csv'), join(directory, 'imports', 'x'))],
    ['a link to a stored file', () => symlink('../stored', join(directory, 'imports', 'x'))],
    ['a link to nothing', () => symlink('nothing', join(directory, 'imports', 'x'))],
    ['a folder', () => mkdir(join(directory, 'imports', 'x'))],
    ['a pipe', () => Promise.resolve(execFileSync('mkfifo', [join(directory, 'imports', 'x')]))],
  ])('refuses %s', async (_what, make) => {
    await make();
    await expectRefused(take('file:imports/x'), 'bad_path', 'must be a regular file');
  });

  it('refuses a file behind a link to a folder outside', async () => {
    await symlink(root, join(directory, 'imports', 'away'));
    await expectRefused(take('file:imports/away/outside.csv'), 'bad_path', 'must be a regular file');
    await expectRefused(take('file:imports/away/datasets/stored'), 'bad_path', 'must be a regular file');
  });

  it('takes a folder of imports that is itself a link: its operator made it', async () => {
    await rm(join(directory, 'imports'), { recursive: true });
    await mkdir(join(root, 'elsewhere'));
    await link(join(root, 'outside.csv'), join(root, 'elsewhere', 'x'));
    await symlink(join(root, 'elsewhere'), join(directory, 'imports'));
    expect((await take('file:imports/x')).bytes).toBe(6);
  });

  it('keeps to the limit, and to there being something', async () => {
    await expectRefused(take('file:imports/2026/cards.csv', { maxBytes: 3 }), 'too_large', '3 bytes');
    await writeFile(join(directory, 'imports', 'nothing'), '');
    await expectRefused(take('file:imports/nothing'), 'empty', 'no bytes');
  });

  it('ends with the reason of the signal', async () => {
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(take('file:imports/2026/cards.csv', { signal })).rejects.toThrow('enough');
  });
});
