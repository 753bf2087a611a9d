import { type ExecutionContext, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ThrottlerModule } from '@nestjs/throttler';
import { holderOf } from '@app/auth';
import { Config } from '@app/config';
import { RateLimitGuard } from './rate-limit.guard.js';
import { SharedCounts, WINDOW_MILLISECONDS } from './shared-counts.js';

@Module({ providers: [SharedCounts], exports: [SharedCounts] })
class SharedCountsModule {}

/**
 * Limits what each key may send in a minute; routes that need no key have no limit. To be imported after AuthModule,
 * whose guard says whose key it is.
 */
@Module({
  imports: [
    ThrottlerModule.forRootAsync({
      imports: [SharedCountsModule],
      inject: [Config, SharedCounts],
      useFactory: (config: Config, storage: SharedCounts) => {
        const limitOf = (context: ExecutionContext): number => {
          const holder = holderOf(context);
          return holder ? (holder.rateLimitPerMinute ?? config.rateLimitPerMinute) : 0;
        };
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
