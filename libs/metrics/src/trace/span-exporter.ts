import { Logger } from '@nestjs/common';
import { errorMessage } from '@app/common';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import type { SpanQueue } from './span-queue.js';

/** Says when a collector is away, and when it is back: OpenTelemetry itself keeps silent, and drops spans. */
export class SpanExporter extends OTLPTraceExporter {
  private readonly logger = new Logger('Tracing');
  private failing = false;

  constructor(
    config: ConstructorParameters<typeof OTLPTraceExporter>[0],
    private readonly queue: SpanQueue,
  ) {
    super(config);
  }

  override export(...[spans, done]: Parameters<OTLPTraceExporter['export']>): void {
    this.queue.take(spans.length);
    super.export(spans, (result) => {
      const { error } = result;
      if (error && !this.failing) this.logger.warn(`spans cannot be sent and are dropped: ${errorMessage(error)}`);
      if (!error && this.failing) this.logger.log('spans are sent again');
      this.failing = error !== undefined;
      done(result);
    });
  }
}
