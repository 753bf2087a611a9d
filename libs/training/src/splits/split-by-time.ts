import { cutByTime } from './cut-by-time.js';
import type { Parts } from './split.js';

/**
 * Trains on the earliest rows, calibrates on those after them and holds the latest out, as a version meets them.
 *
 * Labels arrive late: on the day a model is trained, nobody knows yet which of the last days' rows are frauds. So the
 * gap stands before the holdout and before the calibration part, which plays the future while the model is fitted.
 * The two later parts get their shares of all rows; what the gaps drop, the training part lacks. How instants stay
 * whole: see cutByTime.
 *
 * @param times In seconds, one per row, in any order. @param gap Seconds, from 0.
 * @throws RangeError for a time that is NaN
 */
export function splitByTime(
  times: Float64Array,
  { calibrationShare, holdoutShare, gap }: { calibrationShare: number; holdoutShare: number; gap: number },
): Parts {
  const rows = Uint32Array.from(times.keys());
  const last = cutByTime(times, rows, rows.length * (1 - holdoutShare), gap);
  const first = cutByTime(times, last.earlier, last.earlier.length - rows.length * calibrationShare, gap);
  return {
    train: first.earlier,
    calibration: first.later,
    holdout: last.later,
    dropped: first.dropped + last.dropped,
  };
}
