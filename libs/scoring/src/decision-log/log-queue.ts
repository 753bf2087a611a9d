import { getHeapStatistics } from 'node:v8';
import type { DecisionRecord } from '../decision-record.js';

/** Of a decision beside what was sent: roughly what its record, its id and whoever waits for it take. */
const BYTES_PER_RECORD = 500;

/** Of the heap, so much may wait: what is made of it on the way takes about as much again. */
const SHARE_OF_HEAP = 1 / 16;
const MOST_BYTES = 67_108_864;

/** Who waits until the decisions of a request are in the log. One of the two is called, once. */
export interface LogEntry {
  readonly records: readonly DecisionRecord[];
  /** All of them are committed; with `DECISION_LOG=async`: they will be. */
  stored(): void;
  /** None of them is. */
  refused(error: unknown): void;
}

/** A request's decisions on their way into the table. */
export interface Waiting {
  readonly entry: LogEntry;
  /** By `performance.now()`. */
  readonly since: number;
  readonly bytes: number;
}

/** The decisions of some requests. */
export function rowsOf(group: readonly Waiting[]): number {
  let rows = 0;
  for (const { entry } of group) rows += entry.records.length;
  return rows;
}

/** Decisions that are not committed yet, in order and within bounds. Those under way count, too, until they are released. */
export class LogQueue {
  private readonly waiting: Waiting[] = [];
  private bytes = 0;
  private count = 0;
  private countWaiting = 0;

  constructor(private readonly limit = Math.min(MOST_BYTES, getHeapStatistics().heap_size_limit * SHARE_OF_HEAP)) {}

  /** Decisions that wait or are under way. */
  get rows(): number {
    return this.count;
  }

  /** Decisions that wait for their turn. */
  get waitingRows(): number {
    return this.countWaiting;
  }

  /** When the first of those that wait came, by `performance.now()`. */
  get oldest(): number {
    return this.waiting[0]?.since ?? Infinity;
  }

  /** Whoever is alone may be larger than the bound: it must get through some day. @returns false: there is no room */
  add(entry: LogEntry, since: number): boolean {
    let bytes = 0;
    for (const { inputs } of entry.records) bytes += inputs.length + BYTES_PER_RECORD;
    if (this.count > 0 && this.bytes + bytes > this.limit) return false;
    this.bytes += bytes;
    this.count += entry.records.length;
    this.countWaiting += entry.records.length;
    this.waiting.push({ entry, since, bytes });
    return true;
  }

  /** The next ones, of so many rows at most or of one request. Whole requests only: a statement stores all or none. */
  take(maxRows: number): Waiting[] {
    let rows = 0;
    const fits = this.waiting.findIndex(({ entry }) => (rows += entry.records.length) > maxRows);
    return fits < 0 ? this.takeAll() : this.takeFirst(Math.max(1, fits));
  }

  takeAll(): Waiting[] {
    return this.takeFirst(this.waiting.length);
  }

  /** Those that came before a moment, which are the first ones. */
  takeOlderThan(moment: number): Waiting[] {
    const young = this.waiting.findIndex(({ since }) => since >= moment);
    return young < 0 ? this.takeAll() : this.takeFirst(young);
  }

  private takeFirst(requests: number): Waiting[] {
    const taken = this.waiting.splice(0, requests);
    this.countWaiting -= rowsOf(taken);
    return taken;
  }

  /** They are committed, or refused. */
  release({ entry, bytes }: Waiting): void {
    this.count -= entry.records.length;
    this.bytes -= bytes;
  }
}
