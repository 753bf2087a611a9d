import { type LogQueue, rowsOf, type Waiting } from './log-queue.js';
import { ROWS_PER_STATEMENT, shareOut } from './share-out.js';

/** Decisions whose commit nobody waits for (`async`) are gathered so long. */
const GATHER_MILLISECONDS = 20;

/** A statement of so many rows takes long enough that none should wait for it. */
const LARGE_ROWS = 250;

/** How a process shares what waits out over statements. */
export interface GroupCommitBounds {
  /** Statements under way at once. */
  readonly statements: number;
  /** Beside a small one under way, fewer rows than this wait: each statement costs PostgreSQL, and this process, as much as some rows do. */
  readonly fewestRows: number;
  /** So long at most: what is under way may hang. */
  readonly heldMilliseconds: number;
}

/** When statements begin, and with which of the decisions that wait: requests that wait together share statements. */
export class GroupCommit {
  private underWay = 0;
  private largeUnderWay = 0;
  private flushing: NodeJS.Immediate | undefined;
  private later: NodeJS.Timeout | undefined;
  private ending = false;
  private whenEmpty: (() => void) | undefined;

  /**
   * @param gathers whether nobody waits for the commit: then a few large statements take least
   * @param write stores a group; never fails
   */
  constructor(
    private readonly queue: LogQueue,
    private readonly bounds: GroupCommitBounds,
    private readonly gathers: boolean,
    private readonly write: (group: readonly Waiting[]) => Promise<void>,
  ) {}

  /** At the end of this turn of the event loop; where nobody waits for the commit, when more have gathered. */
  flushSoon(): void {
    if (this.gathers && !this.ending) {
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

  /**
   * Writes what waits, as far as there are connections, and as far as it should not wait for others.
   * @param held it has waited for them long enough
   */
  flush(held = false): void {
    clearImmediate(this.flushing);
    this.flushing = undefined;
    while (this.underWay < this.bounds.statements && this.queue.waitingRows > 0) {
      if (!held && this.shouldWait()) {
        this.flushAfter(this.bounds.heldMilliseconds - (performance.now() - this.queue.oldest));
        return;
      }
      this.begin(this.queue.take(this.rowsOfNext()));
    }
    clearTimeout(this.later);
    this.later = undefined;
    if (this.queue.rows === 0) this.whenEmpty?.();
  }

  /** @returns once all is written that waits; what still comes is not gathered any more */
  async drain(): Promise<void> {
    this.ending = true;
    if (this.queue.rows === 0) return;
    await new Promise<void>((resolve) => {
      this.whenEmpty = resolve;
      this.flush();
    });
  }

  private begin(group: readonly Waiting[]): void {
    const large = Number(rowsOf(group) >= LARGE_ROWS);
    this.underWay += 1;
    this.largeUnderWay += large;
    void this.write(group).finally(() => {
      this.underWay -= 1;
      this.largeUnderWay -= large;
      this.flush();
    });
  }

  private rowsOfNext(): number {
    const { statements, fewestRows } = this.bounds;
    if (this.gathers) return ROWS_PER_STATEMENT;
    return shareOut(this.queue.waitingRows, { free: statements - this.underWay, fewest: fewestRows });
  }

  /** A few rows beside a small statement: until none is under way, or they are more, or they have waited long enough. */
  private shouldWait(): boolean {
    const { fewestRows, heldMilliseconds } = this.bounds;
    if (this.gathers || this.underWay === this.largeUnderWay || this.queue.waitingRows >= fewestRows) return false;
    return performance.now() - this.queue.oldest < heldMilliseconds;
  }
}
