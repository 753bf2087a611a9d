import { type ExecutionContext, Injectable } from '@nestjs/common';
import { ThrottlerGuard, type ThrottlerLimitDetail } from '@nestjs/throttler';
import { holderOf } from '@app/auth';
import type { FastifyReply } from 'fastify';
import { tooMany } from './rate-limits.js';

/** Refuses what a key sends beyond its limit. The `RateLimit-*` headers are those of the IETF draft's version 06. */
@Injectable()
export class RateLimitGuard extends ThrottlerGuard {
  protected override headerPrefix = 'RateLimit';

  protected override throwThrottlingException(
    context: ExecutionContext,
    { limit, timeToExpire }: ThrottlerLimitDetail,
  ): Promise<void> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    throw tooMany(holderOf(context)?.name ?? '', limit, timeToExpire, reply);
  }
}
