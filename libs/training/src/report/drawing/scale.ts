/** Where values lie on an axis. */
export interface Scale {
  /** Ascending, within the axis. */
  readonly ticks: readonly number[];
  /** 0 at the axis's start, 1 at its end; what lies beyond is put at the end it is nearer to. */
  place(value: number): number;
}

/** @param from below `to` */
export function linearScale(from: number, to: number, most = 5): Scale {
  return scaleOf((value) => value, from, to, roundSteps(from, to, most));
}

/** Decades of equal length. @param from above 0, below `to` */
export function logScale(from: number, to: number): Scale {
  const first = Math.ceil(Math.log10(from) - 1e-9);
  const decades = Math.floor(Math.log10(to) + 1e-9) - first;
  const every = Math.ceil((decades + 1) / 6);
  const ticks = Array.from({ length: Math.floor(decades / every) + 1 }, (_, step) =>
    Number(`1e${first + every * step}`),
  );
  return scaleOf(Math.log10, from, to, ticks);
}

/**
 * Log-odds, ln(p / (1 − p)): room for probabilities near 0 as on a logarithmic axis, and for those near 1 as well.
 * @param from above 0, below `to` @param to below 1
 */
export function logOddsScale(from: number, to: number): Scale {
  const ticks = LOG_ODDS_TICKS.filter((tick) => tick >= from && tick <= to);
  return scaleOf((p) => Math.log(p / (1 - p)), from, to, ticks);
}

const LOG_ODDS_TICKS = [1e-5, 1e-4, 1e-3, 1e-2, 0.1, 0.5, 0.9, 0.99, 0.999];

/** An axis for the given probabilities: where half of them are small, their log-odds, else themselves. */
export function probabilityScale(probabilities: readonly number[]): Scale {
  const sorted = probabilities.toSorted((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 1;
  return median < SMALL ? spreadScale(sorted) : linearScale(0, 1);
}

/** An axis of log-odds with room for the given probabilities. */
export function spreadScale(probabilities: readonly number[]): Scale {
  const sorted = probabilities.toSorted((a, b) => a - b);
  const least = sorted.find((p) => p > 0) ?? SMALL;
  const greatest = sorted.findLast((p) => p < 1) ?? SMALL;
  const from = LOG_ODDS_TICKS.findLast((tick) => tick <= least) ?? 1e-5;
  const to = LOG_ODDS_TICKS.find((tick) => tick >= greatest) ?? 0.999;
  return logOddsScale(from, Math.max(to, 0.5));
}

const SMALL = 0.05;

function scaleOf(measure: (value: number) => number, from: number, to: number, ticks: readonly number[]): Scale {
  const start = measure(from);
  const length = measure(to) - start;
  return {
    ticks,
    place: (value) => (measure(Math.min(Math.max(value, from), to)) - start) / length,
  };
}

/** Multiples of 1, 2 or 5 times a power of ten, no more than `most` steps of them. */
function roundSteps(from: number, to: number, most: number): number[] {
  const rough = (to - from) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((each) => each * power >= rough * (1 - 1e-9)) ?? 10);
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  // Through a decimal text, which ends 0.30000000000000004.
  return Array.from({ length: last - first + 1 }, (_, at) => Number(((first + at) * step).toPrecision(12)));
}
