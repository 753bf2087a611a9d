import { Redis } from 'ioredis';

/** Redis carries other things, too. */
const PREFIX = 'fraud-scoring:rate-limit:';

/** A Redis that has not answered by then is as good as away. */
const ANSWER_MILLISECONDS = 1_000;

/** Counts several keys at once. The first hit of a key opens its window; the answer is count and time left of each. */
const COUNT = `
local answer = {}
for i, key in ipairs(KEYS) do
  local count = redis.call('INCRBY', key, ARGV[i + 1])
  local left = redis.call('PTTL', key)
  if left < 0 then
    left = tonumber(ARGV[1])
    redis.call('PEXPIRE', key, left)
  end
  answer[2 * i - 1] = count
  answer[2 * i] = left
end
return answer`;

/** How far a key's window is. */
export interface Count {
  readonly hits: number;
  readonly millisecondsLeft: number;
}

/** The counts that all processes share. Fails at once while Redis is away. */
export class RedisCounter {
  private readonly redis: Redis;

  /** @param onReady called whenever Redis is there, or there again */
  constructor(url: string, onReady: () => void) {
    this.redis = new Redis(url, {
      lazyConnect: true,
      connectTimeout: 2_000,
      commandTimeout: ANSWER_MILLISECONDS,
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      retryStrategy: (attempt) => Math.min(attempt * 100, 1_000),
    });
    this.redis.on('ready', onReady);
    // Without a listener ioredis would write every attempt to the console. Whoever counts is told.
    this.redis.on('error', () => undefined);
  }

  /** Waits for the first attempt; where it fails, further ones follow by themselves. */
  async connect(): Promise<void> {
    await this.redis.connect().catch(() => undefined);
  }

  close(): void {
    this.redis.disconnect();
  }

  /**
   * Adds hits to windows of so many milliseconds, all in one step.
   * @throws Error when Redis is away, slow, or refuses
   */
  async add(hits: ReadonlyMap<string, number>, windowMilliseconds: number): Promise<Map<string, Count>> {
    const keys = [...hits.keys()];
    const names = keys.map((key) => PREFIX + key);
    const answer = await this.redis.eval(COUNT, keys.length, ...names, windowMilliseconds, ...hits.values());
    if (!Array.isArray(answer)) throw new Error('Redis answered something else than counts');
    const numbers = answer.map(Number);
    return new Map(
      keys.map((key, index) => [
        key,
        { hits: numbers[2 * index] ?? 0, millisecondsLeft: numbers[2 * index + 1] ?? windowMilliseconds },
      ]),
    );
  }
}
