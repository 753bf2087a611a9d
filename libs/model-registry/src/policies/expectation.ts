import type { CutOffs, DecisionPolicy } from '@app/features';
import { missedCosts } from './cut-offs.js';
import type { ThresholdCurve } from './threshold-curve.js';

/** What cut-offs would have done on the calibration part, by weight. Shares are 0–1; null where there is none of it. */
export interface Expectation {
  /** Of what is reviewed or blocked, the frauds. */
  readonly precision: number | null;
  /** Of the frauds, those reviewed or blocked. */
  readonly recall: number | null;
  /** Of all, what is reviewed or blocked. */
  readonly alert_rate: number;
  readonly review_rate: number;
  readonly block_rate: number;
  /** Mean over all transactions, in the unit of the policy's costs; null where it names none. */
  readonly cost_per_transaction: number | null;
}

/** One place on the curve, for plotting. */
export interface CurvePoint {
  readonly threshold: number;
  readonly precision: number;
  readonly recall: number | null;
  readonly alert_rate: number;
}

/** @throws nothing; a policy of costs whose column the curve lacks has no cost */
export function expectationOf(curve: ThresholdCurve, { review, block }: CutOffs, policy: DecisionPolicy): Expectation {
  const flagged = pointOf(curve, Math.min(review, block));
  const blocked = pointOf(curve, block);
  const alerts = weightAt(curve, flagged);
  const blocks = weightAt(curve, blocked);
  const caught = curve.frauds[flagged] ?? 0;
  return {
    precision: ratio(caught, alerts),
    recall: ratio(caught, curve.total_frauds),
    alert_rate: alerts / curve.weight,
    review_rate: (alerts - blocks) / curve.weight,
    block_rate: blocks / curve.weight,
    cost_per_transaction: costOf(curve, policy, flagged, blocked),
  };
}

/** The curve in `most` points at most, the first and the last among them. */
export function pointsOf(curve: ThresholdCurve, most: number): CurvePoint[] {
  const last = curve.thresholds.length - 1;
  const count = Math.min(most, last + 1);
  const places = Array.from({ length: count }, (_, step) => (count > 1 ? Math.round((step * last) / (count - 1)) : 0));
  return places.map((at) => {
    const caught = curve.frauds[at] ?? 0;
    const alerts = weightAt(curve, at);
    return {
      threshold: curve.thresholds[at] ?? 0,
      precision: ratio(caught, alerts) ?? 0,
      recall: ratio(caught, curve.total_frauds),
      alert_rate: alerts / curve.weight,
    };
  });
}

/** The lowest point that a cut-off flags, or -1 where it flags none. */
function pointOf({ thresholds }: ThresholdCurve, cutOff: number): number {
  return thresholds.findLastIndex((threshold) => threshold >= cutOff);
}

function weightAt({ frauds, legitimate }: ThresholdCurve, at: number): number {
  return (frauds[at] ?? 0) + (legitimate[at] ?? 0);
}

function costOf(curve: ThresholdCurve, policy: DecisionPolicy, flagged: number, blocked: number): number | null {
  if (policy.kind !== 'costs') return null;
  const missed = missedCosts(policy, curve);
  const all = missed.at(-1);
  if (all === undefined) return null;
  const reviewing = policy.review * (weightAt(curve, flagged) - weightAt(curve, blocked));
  const alarms = policy.false_alarm * (curve.legitimate[blocked] ?? 0);
  return (all - (missed[flagged] ?? 0) + reviewing + alarms) / curve.weight;
}

function ratio(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}
