import { Injectable, Logger, type OnApplicationShutdown } from '@nestjs/common';
import { errorMessage, errorText, isDatabaseAway } from '@app/common';
import { Config } from '@app/config';
import type { DecisionRecord } from '../decision-record.js';
import { logFull } from '../problems.js';
import { ScoringMetrics } from '../scoring-metrics.js';
import { DecisionStore } from './decision-store.js';
import { GroupCommit } from './group-commit.js';
import { type LogEntry, LogQueue, type Waiting } from './log-queue.js';

/** A request that has waited so long for its turn is told to come again. */
const PATIENCE_MILLISECONDS = 5_000;
const LOOK_MILLISECONDS = 500;

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
  private readonly commits: GroupCommit;
  private looking: NodeJS.Timeout | undefined;
  /** Whether the database was away at the last try of what must not be given up. */
  private away = false;

  constructor(
    private readonly store: DecisionStore,
    private readonly metrics: ScoringMetrics,
    config: Config,
  ) {
    this.async = config.decisionLog === 'async';
    this.commits = new GroupCommit(this.queue, store.bounds, this.async, (group) => this.write(group));
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
    this.commits.flushSoon();
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

  /** What came of one run goes out in this turn, too. */
  flushRun(): void {
    if (!this.async) this.commits.flush();
  }

  /** Waits until all is written that was promised. Whoever ends the process has the last word on how long. */
  async onApplicationShutdown(): Promise<void> {
    if (this.queue.rows > 0) this.logger.log(`writing the last ${this.queue.rows} decisions`);
    await this.commits.drain();
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
        await this.store.store(waiting.entry.records, again);
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

/** Whether a row is what the database refuses: without it, others go in. */
function isRefusedRow(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && REFUSED_ROW.test(error.code);
}
