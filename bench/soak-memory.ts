import { median } from './table.js';

const MEBIBYTE = 1024 ** 2;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Of the whole time: until then caches fill, compilers work and pools grow. */
const WARM = 1 / 6;
const EARLY_UNTIL = 1 / 3;
const LATE_FROM = 5 / 6;
/** What is above comes back to what it was too seldom to be called flat. */
const MOST_GROWTH = 1.1;

/** What something held at a moment. */
export interface Sample {
  /** Milliseconds since the start. */
  readonly at: number;
  readonly bytes: number;
}

/** How memory went over the time of all samples. */
export interface MemoryTrend {
  /** Median of the second sixth of the time, in MiB: of half an hour, minutes 5 to 10. */
  readonly early: number;
  /** Median of the last sixth, in MiB. */
  readonly late: number;
  /** The most, in MiB. */
  readonly peak: number;
  /** `late` to `early` */
  readonly ratio: number;
  /** Of the line through the second half, by least squares, in MiB an hour. */
  readonly slope: number;
  /** At most a tenth more than early, and along that line, too. */
  readonly flat: boolean;
}

/** @param duration of the whole, in milliseconds */
export function trendOf(samples: readonly Sample[], duration: number): MemoryTrend {
  const between = (from: number, to: number): Sample[] =>
    samples.filter(({ at }) => at >= from * duration && at <= to * duration);
  const middle = (some: readonly Sample[]): number => median(some.map(({ bytes }) => bytes)) / MEBIBYTE;
  const [early, late] = [middle(between(WARM, EARLY_UNTIL)), middle(between(LATE_FROM, 1))];
  const slope = (slopeOf(between(1 / 2, 1)) * HOUR_MS) / MEBIBYTE;
  const ratio = late / early;
  const risen = (slope * duration) / 2 / HOUR_MS;
  const peak = Math.max(...samples.map(({ bytes }) => bytes)) / MEBIBYTE;
  return { early, late, peak, ratio, slope, flat: ratio <= MOST_GROWTH && risen <= (MOST_GROWTH - 1) * early };
}

/** The least of each minute. Of a heap: what is left after a collection, without what only waits for the next. */
export function floorsOf(samples: readonly Sample[]): Sample[] {
  const floors = new Map<number, Sample>();
  for (const sample of samples) {
    const minute = Math.floor(sample.at / MINUTE_MS);
    const floor = floors.get(minute);
    if (floor === undefined || sample.bytes < floor.bytes) floors.set(minute, sample);
  }
  return [...floors.values()];
}

/** Bytes a millisecond, by least squares. */
function slopeOf(samples: readonly Sample[]): number {
  const mean = (of: (sample: Sample) => number): number =>
    samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length;
  const [at, bytes] = [mean((sample) => sample.at), mean((sample) => sample.bytes)];
  const covariance = mean((sample) => (sample.at - at) * (sample.bytes - bytes));
  return covariance / mean((sample) => (sample.at - at) ** 2);
}
