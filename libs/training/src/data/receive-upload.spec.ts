import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { receiveFile } from './receive-upload.js';
import { storeByHash } from './stored-file.js';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'receive-'));
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

describe('receiveFile', () => {
  it('stores the bytes as they came, with their hash, in a directory that it makes', async () => {
    const content = randomBytes(300_000);
    const inside = join(directory, 'made', 'here');
    const pieces = [content.subarray(0, 10), content.subarray(10, 200_000), content.subarray(200_000)];
    const stored = await receiveFile(Readable.from(pieces), { directory: inside, maxBytes: 300_000 });
    expect(stored).toMatchObject({
      bytes: 300_000,
      sha256: createHash('sha256').update(content).digest('hex'),
    });
    expect(await readFile(stored.path)).toEqual(content);
  });

  it('stops at the limit and leaves nothing', async () => {
    let given = 0;
    const endless = new Readable({
      read() {
        given += 65_536;
        this.push(Buffer.alloc(65_536));
      },
    });
    await expect(receiveFile(endless, { directory, maxBytes: 1_000_000 })).rejects.toMatchObject({
      code: 'too_large',
      message: expect.stringContaining('976.6 KiB'),
    });
    expect(given).toBeLessThan(3_000_000);
    expect(endless.destroyed).toBe(true);
    expect(await readdir(directory)).toEqual([]);
  });

  it('refuses an empty upload', async () => {
    await expect(receiveFile(Readable.from([]), { directory, maxBytes: 10 })).rejects.toMatchObject({ code: 'empty' });
    expect(await readdir(directory)).toEqual([]);
  });

  it('leaves nothing when the sender breaks off', async () => {
    const stream = new PassThrough();
    const receiving = receiveFile(stream, { directory, maxBytes: 1000 });
    stream.write('a,b\n1,2\n');
    stream.once('data', () => {
      stream.destroy();
    });
    await expect(receiving).rejects.toMatchObject({ code: 'broken_off' });
    expect(await readdir(directory)).toEqual([]);
  });

  it("hands on a stream's own error", async () => {
    const stream = new PassThrough();
    const receiving = receiveFile(stream, { directory, maxBytes: 1000 });
    stream.destroy(new Error('boom'));
    await expect(receiving).rejects.toThrow('boom');
    expect(await readdir(directory)).toEqual([]);
  });
});

describe('storeByHash', () => {
  it('keeps one file of the same content', async () => {
    for (let time = 0; time < 2; time++) {
      const { path, sha256 } = await receiveFile(Readable.from([Buffer.from('a,b\n')]), { directory, maxBytes: 10 });
      expect(await storeByHash(path, sha256, directory)).toBe(join(directory, sha256));
      expect(await readdir(directory)).toEqual([sha256]);
    }
  });

  it('takes nothing else for a hash', async () => {
    await expect(storeByHash(join(directory, 'x'), '../../escape', directory)).rejects.toThrow(RangeError);
  });
});
