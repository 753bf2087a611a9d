import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';
import { KEY } from './service.js';
import type { RequestKind } from './soak-requests.js';

/** What was missed while all clients of a kind were busy is made up for, but not more than this. */
const CATCH_UP_MS = 1_000;
const PATIENCE_MS = 30_000;
const MOST_SHOWN = 20;

/** What became of the requests of a kind. */
export interface Tally {
  readonly name: string;
  answered: number;
  failed: number;
  /** Of answered ones, in microseconds. */
  readonly latency: RecordableHistogram;
}

/** Requests of several kinds, each at a pace of its own, until it is told to end. */
export class SoakLoad {
  readonly tallies: readonly Tally[];
  /** Some of what went wrong, in words. */
  readonly failures: string[] = [];
  /** Decisions that were answered. */
  acknowledged = 0;
  private running = true;
  private readonly ended: Promise<unknown>;
  private readonly http: Pool;

  /** @param rate single scores a second */
  constructor(url: string, kinds: readonly RequestKind[], rate: number) {
    this.http = new Pool(url, {
      connections: kinds.reduce((sum, { clients }) => sum + clients, 0),
      headersTimeout: PATIENCE_MS,
      bodyTimeout: PATIENCE_MS,
    });
    const lines = kinds.map((kind) => ({ kind, tally: newTally(kind.name) }));
    this.tallies = lines.map(({ tally }) => tally);
    this.ended = Promise.all(lines.map(({ kind, tally }) => this.keepPace(kind, tally, 1_000 / (rate * kind.share))));
  }

  get answered(): number {
    return this.tallies.reduce((sum, { answered }) => sum + answered, 0);
  }

  get failed(): number {
    return this.tallies.reduce((sum, { failed }) => sum + failed, 0);
  }

  /** Waits for what is under way. */
  async end(): Promise<void> {
    this.running = false;
    await this.ended;
    await this.http.close();
  }

  private async keepPace(kind: RequestKind, tally: Tally, pause: number): Promise<void> {
    let next = performance.now() + pause;
    const client = async (): Promise<void> => {
      while (this.running) {
        const now = performance.now();
        const at = Math.max(next, now - CATCH_UP_MS);
        next = at + pause;
        if (await this.until(at)) await this.send(kind, tally);
      }
    };
    await Promise.all(Array.from({ length: kind.clients }, client));
  }

  /** In steps, so that a rare kind does not hold up the end. @returns false where that has come */
  private async until(at: number): Promise<boolean> {
    for (let left = at - performance.now(); this.running && left > 0; left = at - performance.now()) {
      await delay(Math.min(left, CATCH_UP_MS));
    }
    return this.running;
  }

  private async send(kind: RequestKind, tally: Tally): Promise<void> {
    const { method, path, body } = kind.next();
    const begun = performance.now();
    try {
      const headers = { 'X-API-Key': KEY, ...(body !== undefined && { 'Content-Type': 'application/json' }) };
      const answer = await this.http.request({ method, path, headers, body: body ?? null });
      const text = await answer.body.text();
      if (answer.statusCode !== 200) throw new Error(`${answer.statusCode} ${text.slice(0, 300)}`);
      tally.latency.record(Math.max(1, Math.round((performance.now() - begun) * 1_000)));
      this.acknowledged += kind.judge(JSON.parse(text));
      tally.answered += 1;
    } catch (error) {
      tally.failed += 1;
      if (this.failures.length < MOST_SHOWN) this.failures.push(`${kind.name}: ${String(error)}`);
    }
  }
}

export function newTally(name: string): Tally {
  return { name, answered: 0, failed: 0, latency: createHistogram() };
}
