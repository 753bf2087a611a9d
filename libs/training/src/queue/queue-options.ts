import type { QueueOptions } from 'bull';
import type { RedisOptions } from 'ioredis';

/** How the queue is reached and how it behaves. */
export function queueOptions(redisUrl: string): Omit<QueueOptions, 'redis'> & { url: string; redis?: RedisOptions } {
  return {
    url: redisUrl,
    // Bull takes host and password from the address, and not that it asks for TLS.
    ...(redisUrl.startsWith('rediss:') && { redis: { tls: {} } }),
    prefix: 'fraud-scoring',
    // A worker that dies is noticed by its lock running out; a live one renews it every five seconds.
    settings: { lockDuration: 10_000, stalledInterval: 2_000, maxStalledCount: 10 },
    defaultJobOptions: { attempts: 1, removeOnComplete: true, removeOnFail: true },
  };
}
