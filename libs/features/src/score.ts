/** What a score leads to. */
export const DECISION_OUTCOMES = ['approve', 'review', 'block'] as const;
export type DecisionOutcome = (typeof DECISION_OUTCOMES)[number];

/** Scores (0–100) from which a transaction is reviewed and blocked. */
export interface CutOffs {
  readonly review: number;
  readonly block: number;
}

/** The score of a probability (0–1): `round(100 × probability)`, halves up, a whole number from 0 to 100. */
export function toScore(probability: number): number {
  return Math.round(100 * probability);
}

/** `block` wins where a score reaches both cut-offs, also if `block` lies below `review`. */
export function decide(score: number, { review, block }: CutOffs): DecisionOutcome {
  if (score >= block) return 'block';
  return score >= review ? 'review' : 'approve';
}
