import type { TraceContext } from './trace-context.js';

export type SpanAttributes = Readonly<Record<string, string | number | undefined>>;

/** A piece of work under way. */
export interface Span {
  readonly context: TraceContext;
  /** @param failed our fault, not the client's */
  end(name: string, attributes: SpanAttributes, failed: boolean): void;
}
