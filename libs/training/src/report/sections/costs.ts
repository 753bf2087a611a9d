import type { CostsPolicy } from '@app/features';
import type { ThresholdCurve } from '@app/model-registry';

/** Mean cost of a transaction on the calibration part, for cut-offs at the curve's points. */
export interface CostCurve {
  /** Where nothing is flagged. */
  readonly idle: number;
  /** @param review @param block places on the curve; -1: nothing is flagged */
  at(review: number, block: number): number;
}

/**
 * What is let through costs its frauds, what is reviewed its reviews, what is blocked its false alarms; all by row
 * weight, over the weight of all rows. Null where the curve lacks the column that says what a fraud costs.
 */
export function costCurve(curve: ThresholdCurve, costs: CostsPolicy): CostCurve | null {
  const missed = missedCosts(curve, costs);
  const all = missed?.at(-1);
  if (!missed || all === undefined) return null;
  const flaggedAt = (place: number): number => (curve.frauds[place] ?? 0) + (curve.legitimate[place] ?? 0);
  return {
    idle: all / curve.weight,
    at(review, block) {
      const flagged = Math.max(review, block);
      const reviews = costs.review * (flaggedAt(flagged) - flaggedAt(block));
      const alarms = costs.false_alarm * (curve.legitimate[block] ?? 0);
      return (all - (missed[flagged] ?? 0) + reviews + alarms) / curve.weight;
    },
  };
}

/** The lowest place that a cut-off flags, or -1. */
export function placeOf({ thresholds }: ThresholdCurve, cutOff: number): number {
  return thresholds.findLastIndex((threshold) => threshold >= cutOff);
}

function missedCosts(curve: ThresholdCurve, { missed_fraud }: CostsPolicy): readonly number[] | null {
  if (typeof missed_fraud === 'string') return curve.amounts[missed_fraud] ?? null;
  return curve.frauds.map((weight) => missed_fraud * weight);
}
