import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Span } from './span.js';
import { SpanExporter } from './span-exporter.js';
import { SpanQueue } from './span-queue.js';
import type { TraceContext } from './trace-context.js';

const KINDS = { server: SpanKind.SERVER, consumer: SpanKind.CONSUMER };

/** Spans wait so long for others that are sent with them, unless there are enough. */
const PAUSE_MILLISECONDS = 1_000;

/** A collector may take so long. A process that ends waits for it, too. */
const EXPORT_MILLISECONDS = 5_000;

/**
 * So many wait for a slow collector; then they are dropped. When the process ends, they go at once, in batches of 512, of
 * which OpenTelemetry has 30 under way at most.
 */
export const SPANS_KEPT = 14_336;

/** Spans for an OpenTelemetry collector, sent in batches; whoever began a trace says whether it is kept. */
export class Spans {
  private readonly queue = new SpanQueue(SPANS_KEPT);
  private readonly provider: TracerProvider;

  /**
   * @param endpoint the collector's, without `/v1/traces`
   * @param share of the traces that begin here, 0 to 1
   */
  constructor(endpoint: string, share: number, service: string) {
    const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
    const options = {
      exporter: new SpanExporter({ url, timeoutMillis: EXPORT_MILLISECONDS }, this.queue),
      exportTimeoutMillis: EXPORT_MILLISECONDS,
      scheduledDelayMillis: PAUSE_MILLISECONDS,
      maxQueueSize: SPANS_KEPT,
    };
    this.provider = new TracerProvider({
      resource: resourceFromAttributes({ 'service.name': service }),
      sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(share) }),
      spanProcessors: [new BatchSpanProcessor(options)],
    });
  }

  begin(parent: TraceContext | undefined, kind: keyof typeof KINDS): Span {
    const span = this.provider
      .getTracer('fraud-scoring')
      .startSpan(kind, { kind: KINDS[kind] }, parent ? within(parent) : ROOT_CONTEXT);
    const { traceId, spanId, traceFlags } = span.spanContext();
    const sampled = (traceFlags & TraceFlags.SAMPLED) !== 0;
    const { queue } = this;
    return {
      context: { traceId, spanId, sampled },
      end(name, attributes, failed) {
        span.updateName(name).setAttributes(attributes);
        if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
        if (sampled) queue.add();
        span.end();
      },
    };
  }

  /** Sends what is left, or gives it up: a collector that is away keeps nobody from ending. */
  async close(): Promise<void> {
    await this.provider.shutdown().catch(() => null);
  }
}

function within({ traceId, spanId, sampled }: TraceContext): typeof ROOT_CONTEXT {
  const traceFlags = sampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId, traceFlags, isRemote: true });
}
