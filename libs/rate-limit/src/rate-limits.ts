import { Injectable } from '@nestjs/common';
import type { KeyHolder } from '@app/auth';
import { Problem } from '@app/common';
import { Config } from '@app/config';
import type { FastifyReply } from 'fastify';
import { SharedCounts, WINDOW_MILLISECONDS } from './shared-counts.js';

/** How much of its minute a key has left. */
export interface RateLimitState {
  /** 0: none. */
  readonly limit: number;
  readonly remaining: number;
  readonly secondsLeft: number;
}

const UNLIMITED: RateLimitState = { limit: 0, remaining: 0, secondsLeft: 0 };

/** What keys may send in a minute. */
@Injectable()
export class RateLimits {
  constructor(
    private readonly config: Config,
    private readonly counts: SharedCounts,
  ) {}

  /** 0: no limit, as where nobody's key is asked for. */
  limitOf(holder: KeyHolder | undefined): number {
    return holder ? (holder.rateLimitPerMinute ?? this.config.rateLimitPerMinute) : 0;
  }

  /** Whether this process knows that the key's minute is full; counts nothing. */
  isFull(holder: KeyHolder): boolean {
    const limit = this.limitOf(holder);
    return limit > 0 && this.counts.secondsFull(String(holder.id), limit) !== undefined;
  }

  /**
   * Counts a request that is far from its limit, and need not wait for the exact number.
   * @returns undefined: it may be near, and was not counted
   */
  countIfFar(holder: KeyHolder): RateLimitState | undefined {
    const limit = this.limitOf(holder);
    if (limit === 0) return UNLIMITED;
    const hits = this.counts.countIfFar(String(holder.id), limit);
    return hits && { limit, remaining: limit - hits.totalHits, secondsLeft: hits.timeToExpire };
  }

  /**
   * Counts a request, and waits for the exact number where it may be near its limit.
   * @returns undefined: it is beyond
   */
  async count(holder: KeyHolder): Promise<RateLimitState | undefined> {
    const limit = this.limitOf(holder);
    if (limit === 0) return UNLIMITED;
    const hits = await this.counts.increment(String(holder.id), WINDOW_MILLISECONDS, limit);
    const remaining = Math.max(0, limit - hits.totalHits);
    return hits.isBlocked ? undefined : { limit, remaining, secondsLeft: hits.timeToExpire };
  }

  /**
   * Refuses what this process knows to be beyond the limit, before its body is read. Counts nothing: the guard does, for
   * what is let through.
   * @throws Problem 429
   */
  refuseWhenFull(holder: KeyHolder, reply: FastifyReply): void {
    const limit = this.limitOf(holder);
    if (limit === 0) return;
    const seconds = this.counts.secondsFull(String(holder.id), limit);
    if (seconds !== undefined) throw tooMany(holder.name, limit, seconds, reply);
  }
}

/** The problem; its headers are set. They are those of the IETF draft's version 06. */
export function tooMany(name: string, limit: number, seconds: number, reply: FastifyReply): Problem {
  reply.headers({ 'RateLimit-Limit': limit, 'RateLimit-Remaining': 0, 'RateLimit-Reset': seconds });
  return rateLimited(name, limit, seconds);
}

/** 429 */
export function rateLimited(name: string, limit: number, seconds: number): Problem {
  const detail = `The key "${name}" may send ${limit} requests a minute; the next minute begins in ${seconds} s.`;
  return new Problem(429, 'rate_limited', detail, { retryAfterSeconds: seconds });
}
