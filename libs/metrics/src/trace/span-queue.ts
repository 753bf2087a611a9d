import { Logger } from '@nestjs/common';

/** Counts the spans that wait to be sent, and tells when there are too many: OpenTelemetry drops them without a word. */
export class SpanQueue {
  private readonly logger = new Logger('Tracing');
  private waiting = 0;
  private dropped = 0;

  /** @param size how many OpenTelemetry keeps */
  constructor(readonly size: number) {}

  /** Before a span ends: with it, those that wait may be sent. */
  add(): void {
    if (this.waiting < this.size) {
      this.waiting += 1;
      return;
    }
    if (this.dropped === 0) this.logger.warn('spans come faster than the collector takes them, and are dropped');
    this.dropped += 1;
  }

  /** So many are being sent. */
  take(count: number): void {
    this.waiting -= count;
    // Only once there is room again: a slow collector would have a line for each batch.
    if (this.dropped === 0 || this.waiting > this.size / 2) return;
    this.logger.warn(`spans are kept again; ${this.dropped} were dropped`);
    this.dropped = 0;
  }
}
