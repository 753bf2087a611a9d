import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { claimDataDir, DataDirTakenError } from './claim.js';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'claim-'));
});

afterEach(() => rm(directory, { recursive: true }));

describe('claimDataDir', () => {
  it.each(['/proc/fraud-scoring/data', '/dev/null/data', '/dev/null'])(
    'says so where there can be none: %s',
    async (path) => {
      await expect(claimDataDir(path)).rejects.toThrow(/ENOENT|ENOTDIR|EACCES/);
    },
  );

  it('gives a directory to one owner at a time, and names the owner to others', async () => {
    const claim = await claimDataDir(directory);
    const second = claimDataDir(directory);
    await expect(second).rejects.toBeInstanceOf(DataDirTakenError);
    await expect(second).rejects.toMatchObject({ owner: process.pid, directory });
    claim.release();
    claim.release();
    (await claimDataDir(directory)).release();
  });

  it('creates what is missing', async () => {
    const claim = await claimDataDir(join(directory, 'a/b'));
    expect(claim.directory).toBe(join(directory, 'a/b'));
    claim.release();
  });

  it('gives one of many that come at once the directory', async () => {
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => claimDataDir(directory)));
    const claims = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(claims).toHaveLength(1);
    for (const claim of claims) claim.release();
  });

  it('is free again when its owner was killed', async () => {
    const koffi = createRequire(import.meta.url).resolve('koffi');
    const script = `
      const koffi = require(${JSON.stringify(koffi)});
      const fd = require('fs').openSync(${JSON.stringify(join(directory, 'owner.lock'))}, 'a');
      console.log(koffi.load(null).func('int flock(int, int)')(fd, 6));
      setInterval(() => {}, 1000);`;
    const owner = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [answer] = (await once(owner.stdout, 'data')) as [Buffer];
    expect(answer.toString().trim()).toBe('0');
    await expect(claimDataDir(directory)).rejects.toBeInstanceOf(DataDirTakenError);
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    (await claimDataDir(directory)).release();
  });
});
