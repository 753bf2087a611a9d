import { describe, expect, it } from '@jest/globals';
import { parseRedisConfig, redisConfig } from './redis-config.js';

const settings = { port: 7001, password: 'p-w_1', directory: '/a "b" \\c', pidFile: '/a/redis.pid', durable: true };

describe('redisConfig', () => {
  it('can be read back', () => {
    expect(parseRedisConfig(redisConfig(settings))).toEqual({ port: 7001, password: 'p-w_1' });
    expect(parseRedisConfig('')).toBeNull();
  });

  it('quotes paths, stays on this machine and never drops a job', () => {
    const text = redisConfig(settings);
    expect(text).toContain('dir "/a \\"b\\" \\\\c"');
    expect(text).toContain('bind 127.0.0.1\n');
    expect(text).toContain('maxmemory-policy noeviction\n');
    expect(text).toContain('appendonly yes\n');
  });
});
