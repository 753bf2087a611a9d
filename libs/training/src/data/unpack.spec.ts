import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { tableFile, zstdFrame } from '../../../../test/support/table-files.js';
import { waitFor } from '../../../../test/support/wait-for.js';
import { withPlainFile } from './unpack.js';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'unpack-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

interface Limits {
  readonly maxBytes?: number;
  readonly maxRatio?: number;
  readonly ratioCountsFrom?: number;
  readonly signal?: AbortSignal;
}

async function unpack(content: Buffer, limits: Limits = {}): Promise<Buffer> {
  const path = join(directory, 'file');
  await writeFile(path, content);
  const plain = await withPlainFile(path, { tempDirectory: directory, maxBytes: 1e9, ...limits }, (plainPath) =>
    readFile(plainPath),
  );
  await expectNothingLeft();
  return plain;
}

async function expectRefused(content: Buffer, code: string, words: string, limits: Limits = {}): Promise<void> {
  await expect(unpack(content, limits)).rejects.toMatchObject({ code, message: expect.stringContaining(words) });
  await expectNothingLeft();
}

async function expectNothingLeft(): Promise<void> {
  expect(await readdir(directory)).toEqual(['file']);
}

/** What zstd itself packs, with a checksum, and 40 times smaller than its content. */
const PACKED = "SELECT repeat('a', 1000) || range AS a FROM range(20000)";

describe('withPlainFile', () => {
  it.each([
    ['plain', (content: Buffer) => content],
    ['gzip', gzipSync],
    ['zstd', zstdFrame],
    ['zstd behind a frame to be skipped', (content: Buffer) => Buffer.concat([SKIPPED, zstdFrame(content)])],
    [
      'zstd in two frames',
      (content: Buffer) => Buffer.concat([zstdFrame(content.subarray(0, 9)), zstdFrame(content.subarray(9))]),
    ],
  ])('gives the bytes of a %s file', async (_packing, pack) => {
    const content = Buffer.from(randomBytes(300_000).toString('hex'));
    expect((await unpack(pack(content))).equals(content)).toBe(true);
  });

  it('gives what zstd packed', async () => {
    const plain = await tableFile(PACKED, 'FORMAT csv');
    const packed = await tableFile(PACKED, 'FORMAT csv, COMPRESSION zstd');
    expect(packed.length).toBeLessThan(plain.length / 20);
    expect((await unpack(packed)).equals(plain)).toBe(true);
  });

  it('gives nothing for a frame of nothing', async () => {
    expect(await unpack(zstdFrame(Buffer.alloc(0)))).toHaveLength(0);
  });

  it.each(['half of it', 'its last byte', 'the checksum', 'something in the middle', 'what follows it'])(
    'notices damage to a zstd file: %s',
    async (what) => {
      // DuckDB's zstd writes no checksum of the content; a frame with one, of "hello world!\n", does for that.
      const frame = Buffer.from(
        '28b52ffd240d690000' + Buffer.from('hello world!\n').toString('hex') + '9a27bf7a',
        'hex',
      );
      const packed = await tableFile('SELECT random() AS a FROM range(100000)', 'FORMAT csv, COMPRESSION zstd');
      const damaged = {
        'half of it': () => packed.subarray(0, packed.length / 2),
        'its last byte': () => packed.subarray(0, -1),
        'the checksum': () => Buffer.concat([frame.subarray(0, -1), Buffer.from([0])]),
        'something in the middle': () => Buffer.concat([frame.subarray(0, 12), Buffer.from('X'), frame.subarray(13)]),
        'what follows it': () => Buffer.concat([frame, Buffer.from('more')]),
      }[what];
      expect((await unpack(frame)).toString()).toBe('hello world!\n');
      await expectRefused(damaged?.() ?? frame, 'not_csv', 'The zstd file is damaged or was cut short');
    },
  );

  it.each([
    ['gzip', () => gzipSync(Buffer.alloc(3_000_000))],
    ['zstd', () => tableFile("SELECT repeat('0', 1000) FROM range(3000)", 'FORMAT csv, COMPRESSION zstd')],
  ])('stops %s that unpacks to too much, by its size or by its ratio', async (packing, pack) => {
    const packed = await pack();
    await expectRefused(packed, 'too_large', `The ${packing} file unpacks to more than 1.9 MiB`, {
      maxBytes: 2_000_000,
    });
    await expectRefused(packed, 'too_large', 'more than 250 times its size', { ratioCountsFrom: 1_000_000 });
    expect((await unpack(packed)).length).toBeGreaterThan(2_900_000);
    expect((await unpack(packed, { ratioCountsFrom: 1_000_000, maxRatio: 1e6 })).length).toBeGreaterThan(2_900_000);
  });

  it.each([
    ['gzip', () => Promise.resolve(gzipSync(Buffer.alloc(400_000_000)))],
    ['zstd', () => tableFile("SELECT repeat('0', 100000) FROM range(4000)", 'FORMAT csv, COMPRESSION zstd')],
  ])('stops unpacking %s when it is told to', async (_packing, pack) => {
    const content = await pack();
    const abort = new AbortController();
    const unpacking = unpack(content, { signal: abort.signal });
    await waitFor(async () => (await readdir(directory)).length > 1);
    abort.abort(new Error('enough'));
    await expect(unpacking).rejects.toThrow('enough');
    await expectNothingLeft();
  });
});

/** A frame of five bytes for others (RFC 8878, 3.1.2). */
const SKIPPED = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 5, 0, 0, 0, 1, 2, 3, 4, 5]);
