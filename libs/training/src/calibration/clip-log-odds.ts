/** Beyond these log-odds the served model takes all for the same: there float32 hardly tells a probability from 0 or 1. */
export const MAX_LOG_ODDS = 16;

/** The log-odds ln(p / (1 − p)) of probabilities (0–1), within ±16. */
export function logOddsOf(probabilities: Float32Array): Float32Array {
  return probabilities.map((probability) => clipped(Math.log(probability / (1 - probability))));
}

/** Within ±16. */
export function clipped(logOdds: number): number {
  return Math.min(MAX_LOG_ODDS, Math.max(-MAX_LOG_ODDS, logOdds));
}
