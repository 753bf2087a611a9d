import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadConfig } from '@app/config';
import { type EmbeddedService, startRedis } from '@app/embedded';
import { waitFor } from '../../../test/support/wait-for.js';
import { SharedCounts, WINDOW_MILLISECONDS } from './shared-counts.js';

describe('SharedCounts', () => {
  let directory: string;
  let redis: EmbeddedService;
  let here: SharedCounts;
  let there: SharedCounts;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    directory = await mkdtemp(join(tmpdir(), 'fraud-scoring-counts-'));
    redis = await startRedis({ dataDir: directory, durable: false });
    const config = loadConfig({ REDIS_URL: redis.url });
    [here, there] = [new SharedCounts(config), new SharedCounts(config)];
    await Promise.all([here.onModuleInit(), there.onModuleInit()]);
  });
  afterAll(async () => {
    for (const counts of [here, there]) counts.onApplicationShutdown();
    await redis.stop();
    await rm(directory, { recursive: true });
  });

  const hit = (counts: SharedCounts, key: string, limit: number) => counts.increment(key, WINDOW_MILLISECONDS, limit);
  const waits = async (counted: Promise<unknown>): Promise<boolean> =>
    Promise.race([counted.then(() => false), new Promise<boolean>((resolve) => setImmediate(resolve, true))]);

  it('counts what all processes are asked', async () => {
    expect(await hit(here, 'alternating', 3)).toMatchObject({ totalHits: 1, isBlocked: false });
    expect(await hit(there, 'alternating', 3)).toMatchObject({ totalHits: 2, isBlocked: false });
    const third = await hit(here, 'alternating', 3);
    expect(third).toMatchObject({ totalHits: 3, isBlocked: false });
    expect(third.timeToExpire).toBeGreaterThan(0);
    expect(third.timeToExpire).toBeLessThanOrEqual(60);
    expect(await hit(there, 'alternating', 3)).toMatchObject({ totalHits: 4, isBlocked: true });
  });

  it('lets exactly as many through as the limit says, also when all come at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, index) => hit(index % 2 ? here : there, 'crowd', 30)),
    );
    expect(answers.filter(({ isBlocked }) => !isBlocked)).toHaveLength(30);
    expect(new Set(answers.map(({ totalHits }) => totalHits)).size).toBe(100);
  });

  it('takes an answer that lies there already, however late this process comes to read it', async () => {
    await hit(there, 'late reader', 3);
    const answer = hit(here, 'late reader', 3);
    // The question has left at the end of this turn; meanwhile others keep the process busy for longer than it waits.
    setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200));
    expect(await answer).toMatchObject({ totalHits: 2 });
  });

  it('waits for Redis only near the limit, and counts the others there all the same', async () => {
    await hit(here, 'busy', 5_000);
    const many = Array.from({ length: 50 }, () => hit(here, 'busy', 5_000));
    expect(await waits(Promise.all(many))).toBe(false);
    const nearIt = hit(here, 'busy', 500);
    expect(await waits(nearIt)).toBe(true);
    expect((await nearIt).totalHits).toBe(52);
    expect((await hit(there, 'busy', 500)).totalHits).toBe(53);
  });

  it('counts for itself while Redis is stuck, without waiting, and together with the others afterwards', async () => {
    process.kill(redis.pid, 'SIGSTOP');
    try {
      for (const counts of [here, there]) {
        for (let own = 1; own <= 4; own++) {
          const answer = hit(counts, 'stuck', 3);
          if (own > 1) expect(await waits(answer)).toBe(false);
          expect(await answer).toMatchObject({ totalHits: own, isBlocked: own > 3 });
        }
      }
    } finally {
      process.kill(redis.pid, 'SIGCONT');
    }
    let key = 0;
    await waitFor(async () => {
      key += 1;
      await hit(here, `back ${key}`, 3);
      return (await hit(there, `back ${key}`, 3)).totalHits === 2;
    });
  });
});
