const WEEK_MILLISECONDS = 7 * 24 * 3_600 * 1_000;
/** A bit more than a year: few enough partitions for one statement, since it locks each and its indexes. */
const STEP_MILLISECONDS = 60 * WEEK_MILLISECONDS;

/** A range of ids of decisions, which is one of time. */
export interface IdRange {
  /** The lowest; null: however old. */
  readonly from: string | null;
  /** What lies above the highest; null: however new. */
  readonly to: string | null;
}

/**
 * The ranges to look through, one after the other, for the newest decisions. One statement over all partitions would open
 * each of them.
 * @param before the id that all are older than; null: none
 * @param lastWeekFirst whether the last week is likely to have them all
 * @param oldest tells when the oldest partition begins, in milliseconds; asked when the last week was not enough
 */
export async function* rangesBack(
  before: string | null,
  lastWeekFirst: boolean,
  oldest: () => Promise<number>,
  now = Date.now(),
): AsyncGenerator<IdRange> {
  let to = before;
  let edge = before === null ? now : Math.min(now, timeOf(before));
  // A client may send any UUID, also one from before all time.
  if (lastWeekFirst && edge > WEEK_MILLISECONDS) {
    edge -= WEEK_MILLISECONDS;
    yield { from: lowestId(edge), to };
    to = lowestId(edge);
  }
  const end = await oldest();
  for (edge -= STEP_MILLISECONDS; edge > end; edge -= STEP_MILLISECONDS) {
    yield { from: lowestId(edge), to };
    to = lowestId(edge);
  }
  yield { from: null, to };
}

/** When a version 7 UUID was made, in milliseconds. */
function timeOf(id: string): number {
  return Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
}

/** The lowest UUID of a moment, as the database's `uuid_from_time`. */
function lowestId(milliseconds: number): string {
  const hex = milliseconds.toString(16).padStart(12, '0').padEnd(32, '0');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
