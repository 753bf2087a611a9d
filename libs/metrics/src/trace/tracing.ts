import type { OnApplicationShutdown } from '@nestjs/common';
import type { Config } from '@app/config';
import type { Span } from './span.js';
import type { Spans } from './spans.js';
import { childOf, type TraceContext } from './trace-context.js';

/** Gives each piece of work its place in a trace, and tells a collector of it where there is one. */
export class Tracing implements OnApplicationShutdown {
  private constructor(private readonly spans: Spans | undefined) {}

  /** OpenTelemetry is loaded only where it is used: it costs memory and a slower start. */
  static async start(
    { otlpEndpoint, tracesKept }: Pick<Config, 'otlpEndpoint' | 'tracesKept'>,
    service: string,
  ): Promise<Tracing> {
    if (otlpEndpoint === null) return new Tracing(undefined);
    const { Spans } = await import('./spans.js');
    return new Tracing(new Spans(otlpEndpoint, tracesKept, service));
  }

  /** @param kind whether it answers somebody, or runs by itself */
  begin(parent: TraceContext | undefined, kind: 'server' | 'consumer'): Span {
    return this.spans?.begin(parent, kind) ?? { context: childOf(parent), end: nothing };
  }

  /** Sends what has not been sent yet. */
  async onApplicationShutdown(): Promise<void> {
    await this.spans?.close();
  }
}

function nothing(): void {
  // Nobody listens.
}
