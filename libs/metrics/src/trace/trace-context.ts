import { randomFillSync } from 'node:crypto';

/** Where a piece of work stands in a trace, as W3C Trace Context says. */
export interface TraceContext {
  /** 32 lower-case hex digits. */
  readonly traceId: string;
  /** 16 lower-case hex digits. */
  readonly spanId: string;
  /** Whether whoever began the trace keeps it. */
  readonly sampled: boolean;
}

/** Version 00 ends after the flags; later ones may go on after a hyphen. */
const TRACEPARENT = /^(?!ff)([\da-f]{2})-(?!0{32})([\da-f]{32})-(?!0{16})([\da-f]{16})-([\da-f]{2})(-.*)?$/;

const SAMPLED = 1;

/** Reads a `traceparent` header; undefined for none, and for one that does not hold to the standard. */
export function readTraceparent(header: unknown): TraceContext | undefined {
  if (typeof header !== 'string') return undefined;
  const [, version, traceId, spanId, flags = '', more] = TRACEPARENT.exec(header) ?? [];
  if (traceId === undefined || spanId === undefined || (version === '00' && more !== undefined)) return undefined;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & SAMPLED) === SAMPLED };
}

/** As a `traceparent` header. */
export function writeTraceparent({ traceId, spanId, sampled }: TraceContext): string {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`;
}

/** Random bytes for 512 contexts: to ask for those of each by themselves takes ten times as long. */
const random = Buffer.alloc(512 * 24);
let used = random.length;

/** A step below its parent, or the first of a new trace, which nobody keeps. */
export function childOf(parent: TraceContext | undefined): TraceContext {
  if (used === random.length) {
    randomFillSync(random);
    used = 0;
  }
  used += 24;
  return {
    traceId: parent?.traceId ?? random.toString('hex', used - 24, used - 8),
    spanId: random.toString('hex', used - 8, used),
    sampled: parent?.sampled ?? false,
  };
}
