import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { errorMessage, errorText, isDatabaseAway } from '@app/common';
import { Config } from '@app/config';
import type { DecisionRecord } from '../decision-record.js';
import { logFull } from '../problems.js';
import { ScoringMetrics } from '../scoring-metrics.js';
import { DecisionStore } from './decision-store.js';
import { type LogEntry, LogQueue, type Waiting } from './log-queue.js';
import { FEWEST_ROWS, ROWS_PER_STATEMENT, shareOut } from './share-out.js';

/** A request that has waited so long for its turn is told to come again. */
const PATIENCE_MILLISECONDS = 5_000;
const LOOK_MILLISECONDS = 500;

/** Decisions whose commit nobody waits for (`async`) are gathered so long. */
const GATHER_MILLISECONDS = 20;

/** A few rows wait at most so long for a statement that is under way: it may be a large one, or hang. */
const HELD_MILLISECONDS = 3;

/** While the database is away, what was answered already (`async`) is tried again so often. */
const RETRY_MILLISECONDS = 500;

/** PostgreSQL's codes of what is wrong with a row: 22 (data), 23 (integrity), 54 (larger than can be stored). */
const REFUSED_ROW = /^(22|23|54)/;

/**
 * Writes decisions by group commit: requests that wait together share statements. What waits is bounded: a PostgreSQL
 * that is slow makes requests wait, and then be refused, before this process runs out of memory.
 */
@Injectable()
export class DecisionLog implements OnApplicationShutdown {
  private readonly logger = new Logger(DecisionLog.name);
  private readonly queue = new LogQueue();
  private readonly async: boolean;
  private inFlight = 0;
  private looking: NodeJS.Timeout | undefined;
  private flushing: NodeJS.Immediate | undefined;
  private later: NodeJS.Timeout | undefined;
  private ending = false;
  private whenEmpty: (() => void) | undefined;
  /** Whether the database was away at the last try of what must not be given up. */
  private away = false;

  constructor(
    private readonly store: DecisionStore,
    private readonly metrics: ScoringMetrics,
    config: Config,
  ) {
    this.async = config.decisionLog === 'async';
    metrics.watchLog(() => this.queue.rows);
  }

  /** Writes the decisions of one request, all or none, with those of others that come in this turn of the event loop. */
  append(entry: LogEntry): void {
    if (entry.records.length === 0) {
      entry.stored();
      return;
    }
    if (!this.queue.add(this.async ? this.promised(entry) : entry, performance.now())) {
      entry.refused(logFull());
      return;
    }
    this.flushSoon();
    if (this.async) {
      this.tell(() => {
        entry.stored();
      });
    } else {
      this.lookForLate();
    }
  }

  /** What is answered already: whoever asked for it must not stay in memory until it is written. */
  private promised({ records }: LogEntry): LogEntry {
    return {
      records,
      stored: () => undefined,
      refused: (error) => {
        this.logger.error(`${records.length} decisions cannot be stored`, errorText(error));
      },
    };
  }

  /** At the end of this turn of the event loop; where nobody waits for the commit, when more have gathered. */
  private flushSoon(): void {
    if (this.async && !this.ending) {
      this.flushAfter(GATHER_MILLISECONDS);
    } else {
      this.flushing ??= setImmediate(() => {
        this.flush();
      });
    }
  }

  private flushAfter(milliseconds: number): void {
    this.later ??= setTimeout(() => {
      this.later = undefined;
      this.flush(true);
    }, milliseconds);
  }

  /** What came of one run goes out in this turn, too. */
  flushRun(): void {
    if (!this.async) this.flush();
  }

  /**
   * Writes what waits, as far as there are connections, and as far as it should not wait for others.
   * @param held it has waited for them long enough
   */
  private flush(held = false): void {
    clearImmediate(this.flushing);
    this.flushing = undefined;
    while (this.inFlight < this.store.statementsAtOnce && this.queue.waitingRows > 0) {
      if (!held && this.shouldWait()) {
        this.flushAfter(HELD_MILLISECONDS);
        return;
      }
      // Where nobody waits for the commit, a few large statements take least.
      const free = this.store.statementsAtOnce - this.inFlight;
      const group = this.queue.take(this.async ? ROWS_PER_STATEMENT : shareOut(this.queue.waitingRows, free));
      this.inFlight += 1;
      void this.write(group).finally(() => {
        this.inFlight -= 1;
        this.flush();
      });
    }
    clearTimeout(this.later);
    this.later = undefined;
    if (this.queue.rows === 0) this.whenEmpty?.();
  }

  /** A few rows beside a statement that is under way: until none is, or they are more, or they have waited long enough. */
  private shouldWait(): boolean {
    if (this.async || this.inFlight === 0 || this.queue.waitingRows >= FEWEST_ROWS) return false;
    return performance.now() - this.queue.oldest < HELD_MILLISECONDS;
  }

  /** Waits until all is written that was promised. Whoever ends the process has the last word on how long. */
  async onApplicationShutdown(): Promise<void> {
    this.ending = true;
    if (this.queue.rows > 0) {
      this.logger.log(`writing the last ${this.queue.rows} decisions`);
      await new Promise<void>((resolve) => {
        this.whenEmpty = resolve;
        this.flush();
      });
    }
    clearInterval(this.looking);
    await this.store.close();
  }

  private async write(group: readonly Waiting[], again = false): Promise<void> {
    try {
      await this.store.store(recordsOf(group), again);
    } catch (error) {
      if (isRefusedRow(error)) await this.writeEach(group, error, again);
      else if (this.async) await this.writeLater(group, error);
      else this.refuse(group, error);
      return;
    }
    this.settle(group);
  }

  /** One row that the database refuses must not take other requests along. */
  private async writeEach(group: readonly Waiting[], cause: unknown, again: boolean): Promise<void> {
    if (group.length > 1) {
      this.logger.error(
        `the decisions of ${group.length} requests were refused; writing those of each by themselves`,
        errorText(cause),
      );
    }
    for (const [at, waiting] of group.entries()) {
      try {
        await this.store.store(waiting.entry.records.map(plain), again);
      } catch (error) {
        if (isRefusedRow(error)) {
          this.refuse([waiting], error);
          continue;
        }
        if (this.async) await this.writeLater(group.slice(at), error);
        else this.refuse(group.slice(at), error);
        return;
      }
      this.settle([waiting]);
    }
  }

  /** They were promised: they wait until the database takes them. What comes meanwhile waits, too, until there is no room. */
  private async writeLater(group: readonly Waiting[], error: unknown): Promise<void> {
    if (!this.away) this.logger.warn(`decisions wait for the database: ${errorMessage(error)}`);
    this.away = true;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MILLISECONDS));
    await this.write(group, true);
  }

  private settle(group: readonly Waiting[]): void {
    if (this.away) this.logger.log('decisions are written again');
    this.away = false;
    const now = performance.now();
    for (const waiting of group) {
      this.queue.release(waiting);
      this.metrics.logged(now - waiting.since);
    }
    // After the next run and statement of this turn: PostgreSQL works while answers are written.
    setImmediate(() => {
      for (const { entry } of group) {
        this.tell(() => {
          entry.stored();
        });
      }
    });
  }

  private refuse(group: readonly Waiting[], error: unknown): void {
    // Whoever waits behind would only find out later.
    const refused = !this.async && isDatabaseAway(error) ? [...group, ...this.queue.takeAll()] : group;
    const now = performance.now();
    for (const waiting of refused) {
      const { entry, since } = waiting;
      this.queue.release(waiting);
      this.metrics.logged(now - since);
      this.tell(() => {
        entry.refused(error);
      });
    }
  }

  /** Whoever cannot be told must not keep others from hearing. */
  private tell(one: () => void): void {
    try {
      one();
    } catch (error) {
      this.logger.error('a decision could not be answered', errorText(error));
    }
  }

  /** Refuses those who have waited too long for their turn; what is under way may have been stored, and is waited for. */
  private lookForLate(): void {
    this.looking ??= setInterval(() => {
      const late = this.queue.takeOlderThan(performance.now() - PATIENCE_MILLISECONDS);
      if (late.length > 0) this.refuse(late, logFull());
      if (this.queue.rows === 0) {
        clearInterval(this.looking);
        this.looking = undefined;
      }
    }, LOOK_MILLISECONDS).unref();
  }
}

function recordsOf(group: readonly Waiting[]): readonly DecisionRecord[] {
  return group.flatMap(({ entry }) => entry.records);
}

/** What was sent may be spelled in a way that JSON allows and PostgreSQL does not: a number like 1e-99999. */
function plain(record: DecisionRecord): DecisionRecord {
  return { ...record, inputs: JSON.stringify(JSON.parse(record.inputs)) };
}

/** Whether a row is what the database refuses: without it, others go in. */
function isRefusedRow(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && REFUSED_ROW.test(error.code);
}
