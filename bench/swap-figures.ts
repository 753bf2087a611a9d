import { median } from './table.js';
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

/** Latencies in milliseconds, of several spans of time. */
export interface Latencies {
  readonly count: number;
  /** Of all spans together. */
  readonly p99: number;
  /** The median of the spans' own: what happens in one of them does not decide. */
  readonly usualP99: number;
  /** The span's with the highest. */
  readonly worstP99: number;
  readonly longest: number;
}

export interface SwapFigures {
  /** Of each swap, requests that arrived from a second before it was asked for to a second after the new version first answered. */
  readonly near: Latencies;
  /** All others, before, between and after the swaps. */
  readonly apart: Latencies;
  readonly failed: number;
  /** How many each version answered. */
  readonly answeredBy: ReadonlyMap<number, number>;
  /** Of each swap, milliseconds until the new version first answered. */
  readonly takenOver: readonly number[];
}

/**
 * @param warm milliseconds since 1970: how long requests took that arrived before, says more of a client that starts
 * @throws Error when a version never answered after its promotion
 */
export function swapFigures(requests: TimedRequests, swaps: readonly Swap[], warm: number): SwapFigures {
  const { count, arrived, ended, status, version } = requests;
  const firstAnswers = swaps.map((swap) => firstAnswer(requests, swap));
  const near = swaps.map((): number[] => []);
  const apart = [...near, []].map((): number[] => []);
  const answeredBy = new Map<number, number>();
  let failed = 0;
  for (let at = 0; at < count; at++) {
    const [from = NaN, to = NaN, by = NaN] = [arrived[at], ended[at], version[at]];
    if (status[at] !== SUCCESS) failed += 1;
    else answeredBy.set(by, (answeredBy.get(by) ?? 0) + 1);
    if (from < warm) continue;
    const beside = swaps.findIndex(
      ({ asked }, index) => from >= asked - NEAR && from <= (firstAnswers[index] ?? NaN) + NEAR,
    );
    const swapsBefore = swaps.filter(({ asked }) => asked <= from).length;
    (near[beside] ?? apart[swapsBefore])?.push(to - from);
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

/** @param spans the latencies of each */
function latencies(spans: readonly (readonly number[])[]): Latencies {
  const all = sorted(spans.flat());
  const p99s = spans.filter(({ length }) => length > 0).map((span) => p99Of(sorted(span)));
  return {
    count: all.length,
    p99: p99Of(all),
    usualP99: median(p99s),
    worstP99: Math.max(...p99s),
    longest: all.at(-1) ?? NaN,
  };
}

function sorted(values: readonly number[]): Float64Array {
  return Float64Array.from(values).sort();
}

function p99Of(inOrder: Float64Array): number {
  return inOrder[Math.ceil(0.99 * inOrder.length) - 1] ?? NaN;
}
