import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';
import { errorMessage } from '@app/common';
import { Config } from '@app/config';
import { Batch } from './batch.js';
import { RedisCounter } from './redis-counter.js';
import { type Window, Windows } from './windows.js';

export const WINDOW_MILLISECONDS = 60_000;

/** As long as so many requests are left, none needs to wait for the exact number. */
const FAR_FROM_LIMIT = 1_000;

/** How long requests that wait for nothing are gathered before they are counted. */
const GATHER_MILLISECONDS = 50;

/** A request that has waited so long for the exact number goes by what this process knows. */
const PATIENCE_MILLISECONDS = 250;

/** How often a Redis that is away or slow is tried again. */
const RETRY_MILLISECONDS = 1_000;

type Hits = Awaited<ReturnType<ThrottlerStorage['increment']>>;

/**
 * Counts requests for `@nestjs/throttler`, together with the other processes by way of Redis (see decision 0010).
 * Requests that come together are counted by one command, and one command is under way at a time. Only a request near its
 * limit waits for the answer, and not long. While Redis is away, nobody waits, and each process counts for itself.
 */
@Injectable()
export class SharedCounts implements ThrottlerStorage, OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(SharedCounts.name);
  private readonly counter: RedisCounter;
  private readonly windows = new Windows(WINDOW_MILLISECONDS);
  private waiting = new Batch();
  private underWay = false;
  private timer: NodeJS.Timeout | undefined;
  private immediate: NodeJS.Immediate | undefined;
  private away = false;
  private retryAt = 0;

  constructor(config: Config) {
    this.counter = new RedisCounter(config.redisUrl ?? '', () => {
      this.retryAt = 0;
    });
  }

  async onModuleInit(): Promise<void> {
    await this.counter.connect();
  }

  onApplicationShutdown(): void {
    clearTimeout(this.timer);
    clearImmediate(this.immediate);
    this.counter.close();
  }

  /** Counts one request, unless it would have to wait for the exact number: undefined then. */
  countIfFar(key: string, limit: number): Hits | undefined {
    const now = performance.now();
    const window = this.farWindow(key, limit, now);
    if (!window) return undefined;
    window.hits += 1;
    if (!this.away) this.join(key, false);
    else if (!this.underWay && now >= this.retryAt) this.join(key, true);
    return toHits(window.hits, window.endsAt, limit, now);
  }

  /** Counts one request. */
  async increment(key: string, _ttl: number, limit: number): Promise<Hits> {
    const far = this.countIfFar(key, limit);
    if (far) return far;
    const now = performance.now();
    const window = this.windows.open(key, now);
    window.hits += 1;
    const own = toHits(window.hits, window.endsAt, limit, now);
    if (this.away) {
      if (!this.underWay && now >= this.retryAt) this.join(key, true);
      return own;
    }
    // A window that is full stays full until its end.
    if (window.shared && window.hits > limit) return own;
    const { batch, place } = this.join(key, true);
    const shared = await batch.placeOf(key, place);
    const later = performance.now();
    return shared ? toHits(shared.hits, later + shared.millisecondsLeft, limit, later) : own;
  }

  private farWindow(key: string, limit: number, now: number): Window | undefined {
    const window = this.windows.find(key, now);
    const known = this.away || window?.shared === true;
    return window && known && limit - window.hits > FAR_FROM_LIMIT ? window : undefined;
  }

  /** For how many seconds the key's window is still full, as far as this process knows; undefined: it is not. */
  secondsFull(key: string, limit: number): number | undefined {
    const now = performance.now();
    const window = this.windows.find(key, now);
    if (!window || window.hits < limit || !(window.shared || this.away)) return undefined;
    return secondsUntil(window.endsAt, now);
  }

  private join(key: string, urgent: boolean): { batch: Batch; place: number } {
    const batch = this.waiting;
    batch.urgent ||= urgent;
    const place = batch.add(key);
    this.sendSoon();
    return { batch, place };
  }

  /** By the end of this turn of the event loop, whoever else arrived in it is in the batch, too. */
  private sendSoon(): void {
    const send = (): void => {
      clearTimeout(this.timer);
      clearImmediate(this.immediate);
      this.timer = this.immediate = undefined;
      void this.send();
    };
    if (this.waiting.urgent) this.immediate ??= setImmediate(send);
    else this.timer ??= setTimeout(send, GATHER_MILLISECONDS);
  }

  private async send(): Promise<void> {
    if (this.underWay || this.waiting.empty) return;
    this.underWay = true;
    const batch = this.waiting;
    this.waiting = new Batch();
    let answered = false;
    const late = setTimeout(() => {
      // Where this process was late and not Redis, the answer lies there: it is read before the end of this turn.
      setImmediate(() => {
        if (!answered) this.stopWaiting(batch);
      });
    }, PATIENCE_MILLISECONDS);
    try {
      const counts = await this.counter.add(batch.hits, WINDOW_MILLISECONDS);
      answered = true;
      this.back();
      for (const [key, { hits, millisecondsLeft }] of counts) {
        this.windows.set(key, {
          hits: hits + (this.waiting.hits.get(key) ?? 0),
          endsAt: performance.now() + millisecondsLeft,
          shared: true,
        });
      }
      batch.settle(counts);
    } catch (error) {
      this.lost(error);
      this.stopWaiting(batch);
      this.waiting = new Batch();
    }
    clearTimeout(late);
    this.underWay = false;
    if (!this.waiting.empty) this.sendSoon();
  }

  /** Also for those who came while this batch was under way. */
  private stopWaiting(batch: Batch): void {
    for (const each of [batch, this.waiting]) each.settle(null);
  }

  private lost(error: unknown): void {
    this.retryAt = performance.now() + RETRY_MILLISECONDS;
    if (this.away) return;
    this.away = true;
    this.logger.warn(
      `Redis does not count requests (${errorMessage(error)}): until it does, rate limits hold per process`,
    );
  }

  private back(): void {
    if (this.away) this.logger.log('Redis counts requests again: rate limits hold for all processes together');
    this.away = false;
  }
}

function toHits(hits: number, endsAt: number, limit: number, now: number): Hits {
  const secondsLeft = secondsUntil(endsAt, now);
  return { totalHits: hits, timeToExpire: secondsLeft, isBlocked: hits > limit, timeToBlockExpire: secondsLeft };
}

function secondsUntil(endsAt: number, now: number): number {
  // Whole milliseconds: a window of a minute has 60 seconds left, and not 60 and a rounding error.
  return Math.max(1, Math.ceil(Math.round(endsAt - now) / 1_000));
}
