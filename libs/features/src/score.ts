/** What a score leads to. */
export const DECISION_OUTCOMES = ['approve', 'review', 'block'] as const;
export type DecisionOutcome = (typeof DECISION_OUTCOMES)[number];

/** Probabilities (0–1) from which a transaction is reviewed and blocked; above 1: none ever is. */
export interface CutOffs {
  readonly review: number;
  readonly block: number;
}

/** A cut-off that no probability reaches. */
export const NEVER = 2;

/** The score of a probability (0–1): `round(100 × probability)`, halves up, a whole number from 0 to 100. */
export function toScore(probability: number): number {
  return Math.round(100 * probability);
}

/**
 * The probability from which on the score is at least this one (0–100, whole): (score − 0.5) / 100, not below 0.
 * Agrees with `toScore(p) >= score` for every float32 p, which is what models give: 100 × p is exact in a double.
 */
export function probabilityOfScore(score: number): number {
  return Math.max(0, (score - 0.5) / 100);
}

/** The lowest score (0–100) of the probabilities that reach a cut-off, or null where none does. */
export function scoreOfCutOff(cutOff: number): number | null {
  if (cutOff > 1) return null;
  const nearest = toScore(cutOff);
  // A cut-off of (score − 0.5) / 100 may lie a rounding error below that.
  return probabilityOfScore(nearest + 1) <= cutOff ? nearest + 1 : nearest;
}

/** `block` wins where a probability reaches both cut-offs, also if `block` lies below `review`. */
export function decide(probability: number, { review, block }: CutOffs): DecisionOutcome {
  if (probability >= block) return 'block';
  return probability >= review ? 'review' : 'approve';
}
