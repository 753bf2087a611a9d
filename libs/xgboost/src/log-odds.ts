/**
 * Log-odds beyond ±16 count as ±16 where a calibration reads them: there a probability is within 0.0000002 of 0 or 1,
 * and nearer to 1 float32 knows none.
 */
export const MAX_LOG_ODDS = 16;

/**
 * A forest's share of frauds is drawn in to between this and 1 less this before its log-odds are taken. Without, they
 * would be infinite where no tree saw a fraud, and near there would turn the rounding of a sum of some hundred trees
 * into a difference that one can see. No two shares become one.
 */
export const FOREST_MARGIN = 1e-4;

/** ln(p / (1 − p)) */
export function logit(probability: number): number {
  return Math.log(probability / (1 - probability));
}

/**
 * The log-odds of each probability (0–1), within ±MAX_LOG_ODDS. Near 1 a float32 probability has forgotten its exact
 * log-odds, and a forest's are those of another share (FOREST_MARGIN): where there is a model, ask `Booster.logOdds`.
 */
export function logOddsOf(probabilities: Float32Array): Float32Array {
  return probabilities.map((probability) => clipLogOdds(logit(probability)));
}

/** The probability of each log-odds, 1 / (1 + e^−x): what `logOddsOf` undoes. */
export function probabilitiesOf(logOdds: Float32Array): Float32Array {
  return logOdds.map(sigmoid);
}

/** 1 / (1 + e^−x) */
export function sigmoid(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds));
}

/** Within ±MAX_LOG_ODDS. */
export function clipLogOdds(logOdds: number): number {
  return Math.min(MAX_LOG_ODDS, Math.max(-MAX_LOG_ODDS, logOdds));
}

/** The log-odds of a forest's share of frauds. */
export function logOddsOfShare(share: number): number {
  return logit(drawnIn(share));
}

function drawnIn(share: number): number {
  return FOREST_MARGIN + (1 - 2 * FOREST_MARGIN) * Math.min(1, Math.max(0, share));
}

/**
 * A forest's contributions add up to a share; this makes them add up to its log-odds: the last of a row (the mean)
 * becomes its own log-odds, the others are stretched alike, so that signs and proportions stay. In place.
 */
export function toLogOdds(contributions: Float32Array, perRow: number): Float32Array {
  for (let start = 0; start < contributions.length; start += perRow) {
    const row = contributions.subarray(start, start + perRow);
    const bias = row[perRow - 1] ?? 0;
    let change = 0;
    for (let index = 0; index < perRow - 1; index += 1) change += row[index] ?? 0;
    const origin = logOddsOfShare(bias);
    const stretch =
      Math.abs(change) < 1e-9
        ? (1 - 2 * FOREST_MARGIN) / (drawnIn(bias) * (1 - drawnIn(bias)))
        : (logOddsOfShare(bias + change) - origin) / change;
    for (let index = 0; index < perRow - 1; index += 1) row[index] = (row[index] ?? 0) * stretch;
    row[perRow - 1] = origin;
  }
  return contributions;
}
