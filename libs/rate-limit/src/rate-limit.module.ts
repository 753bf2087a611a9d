import { type ExecutionContext, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ThrottlerModule } from '@nestjs/throttler';
import { holderOf } from '@app/auth';
import { RateLimitGuard } from './rate-limit.guard.js';
import { RateLimits } from './rate-limits.js';
import { SharedCounts, WINDOW_MILLISECONDS } from './shared-counts.js';

@Module({ providers: [SharedCounts, RateLimits], exports: [SharedCounts, RateLimits] })
class LimitsModule {}

/**
 * Limits what each key may send in a minute; routes that need no key have no limit. To be imported after AuthModule,
 * whose guard says whose key it is.
 */
@Module({
  imports: [
    ThrottlerModule.forRootAsync({
      imports: [LimitsModule],
      inject: [RateLimits, SharedCounts],
      useFactory: (limits: RateLimits, storage: SharedCounts) => {
        const limitOf = (context: ExecutionContext): number => limits.limitOf(holderOf(context));
        return {
          storage,
          throttlers: [{ limit: limitOf, ttl: WINDOW_MILLISECONDS }],
          skipIf: (context) => limitOf(context) === 0,
          getTracker: (_request, context) => String(holderOf(context)?.id),
          generateKey: (_context, tracker) => tracker,
        };
      },
    }),
  ],
  providers: [{ provide: APP_GUARD, useClass: RateLimitGuard }],
})
export class RateLimitModule {}
