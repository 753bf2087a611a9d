import { type ExecutionContext, Injectable } from '@nestjs/common';
import { ThrottlerGuard, type ThrottlerLimitDetail } from '@nestjs/throttler';
import { holderOf } from '@app/auth';
import { Problem } from '@app/common';
import type { FastifyReply } from 'fastify';

/** Refuses what a key sends beyond its limit. The `RateLimit-*` headers are those of the IETF draft's version 06. */
@Injectable()
export class RateLimitGuard extends ThrottlerGuard {
  protected override headerPrefix = 'RateLimit';

  protected override throwThrottlingException(
    context: ExecutionContext,
    { limit, timeToExpire }: ThrottlerLimitDetail,
  ): Promise<void> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    reply.headers({ 'RateLimit-Limit': limit, 'RateLimit-Remaining': 0, 'RateLimit-Reset': timeToExpire });
    const name = holderOf(context)?.name ?? '';
    throw new Problem(
      429,
      'rate_limited',
      `The key "${name}" may send ${limit} requests a minute; the next minute begins in ${timeToExpire} s.`,
      { retryAfterSeconds: timeToExpire },
    );
  }
}
