import type { TimedRequests } from './timed-loads.js';

/** So long before and after a swap a request counts as beside it, in milliseconds. */
const NEAR = 1_000;
const SUCCESS = 200;

/** A promotion that was asked for under load. */
export interface Swap {
  /** Milliseconds since 1970. */
  readonly asked: number;
  /** Which version it makes champion. */
  readonly version: number;
}

/** Latencies in milliseconds. */
export interface Latencies {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
}

export interface SwapFigures {
  /** Requests that arrived from a second before a swap was asked for to a second after the new version first answered. */
  readonly near: Latencies;
  readonly apart: Latencies;
  readonly failed: number;
  /** How many each version answered. */
  readonly answeredBy: ReadonlyMap<number, number>;
  /** Of each swap, milliseconds until the new version first answered. */
  readonly takenOver: readonly number[];
}

/** @throws Error when a version never answered after its promotion */
export function swapFigures(requests: TimedRequests, swaps: readonly Swap[]): SwapFigures {
  const { count, arrived, ended, status, version } = requests;
  const firstAnswers = swaps.map((swap) => firstAnswer(requests, swap));
  const near: number[] = [];
  const apart: number[] = [];
  const answeredBy = new Map<number, number>();
  let failed = 0;
  for (let at = 0; at < count; at++) {
    const [from = NaN, to = NaN, by = NaN] = [arrived[at], ended[at], version[at]];
    if (status[at] !== SUCCESS) failed += 1;
    else answeredBy.set(by, (answeredBy.get(by) ?? 0) + 1);
    const isNear = swaps.some(
      ({ asked }, index) => from >= asked - NEAR && from <= (firstAnswers[index] ?? NaN) + NEAR,
    );
    (isNear ? near : apart).push(to - from);
  }
  const takenOver = swaps.map(({ asked }, index) => (firstAnswers[index] ?? NaN) - asked);
  return { near: latencies(near), apart: latencies(apart), failed, answeredBy, takenOver };
}

/** When the version first answered after its promotion was asked for. */
function firstAnswer({ count, arrived, ended, version }: TimedRequests, swap: Swap): number {
  for (let at = 0; at < count; at++) {
    if (version[at] === swap.version && (arrived[at] ?? NaN) >= swap.asked) return ended[at] ?? NaN;
  }
  throw new Error(`version ${swap.version} never answered after it was promoted`);
}

function latencies(values: readonly number[]): Latencies {
  const sorted = Float64Array.from(values).sort();
  const quantile = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? NaN;
  return { count: sorted.length, p50: quantile(0.5), p99: quantile(0.99), longest: quantile(1) };
}
