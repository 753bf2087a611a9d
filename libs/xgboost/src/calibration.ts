/**
 * What makes a probability of what a model says. `logOdds` is ln(p / (1 − p)) of the raw probability p.
 *
 * - `none`: the raw probability as it is.
 * - `platt`: sigmoid(slope × logOdds + intercept), slope above 0.
 * - `isotonic`: in straight lines between the points, whose log-odds ascend and whose probabilities never fall; level
 *   beyond the first and the last.
 */
export type Calibration =
  | { readonly method: 'none' }
  | { readonly method: 'platt'; readonly slope: number; readonly intercept: number }
  | { readonly method: 'isotonic'; readonly logOdds: readonly number[]; readonly probabilities: readonly number[] };
