import {
  type CostsPolicy,
  type CutOffs,
  type DecisionPolicy,
  type FixedPolicy,
  NEVER,
  probabilityOfScore,
  type Target,
} from '@app/features';
import type { ThresholdCurve } from './threshold-curve.js';

/** From this score on a transaction is blocked, where a fixed policy does not say otherwise. */
const DEFAULT_BLOCK = 90;

/** Review from `FRAUD_THRESHOLD`, block from 90: where a model does not say otherwise, or what it says cannot be found. */
export const DEFAULT_POLICY: FixedPolicy = { kind: 'fixed', review: null, block: null };

/** Why a policy cannot be followed with a version. */
export type Unmet = { readonly kind: 'no_curve' } | { readonly kind: 'no_column'; readonly column: string };

/** What a policy needs and the curve of a version does not have; null: nothing. */
export function unmetBy(policy: DecisionPolicy, curve: ThresholdCurve | null): Unmet | null {
  if (policy.kind === 'fixed') return null;
  if (!curve) return { kind: 'no_curve' };
  if (policy.kind === 'target' || typeof policy.missed_fraud === 'number') return null;
  return Object.hasOwn(curve.amounts, policy.missed_fraud) ? null : { kind: 'no_column', column: policy.missed_fraud };
}

/**
 * The probabilities from which to review and to block. `block` is never below `review`, so a band may be empty. What
 * cannot be reached, as a precision above all there is, gives {@link NEVER}; a review that is never reached takes the
 * block along.
 * @param curve of the champion's calibration part; fixed policies need none
 * @param fraudThreshold the score (0–100) from which a fixed policy reviews by default
 * @throws RangeError where {@link unmetBy} finds something
 */
export function cutOffsOf(policy: DecisionPolicy, curve: ThresholdCurve | null, fraudThreshold: number): CutOffs {
  if (policy.kind === 'fixed') return fixedCutOffs(policy, fraudThreshold);
  const unmet = unmetBy(policy, curve);
  if (!curve || unmet) throw new RangeError(`the version's threshold curve lacks what the policy needs`);
  if (policy.kind === 'costs') return cheapest(policy, curve);
  const review = cutOffFor(policy.review, curve);
  return { review, block: policy.block ? Math.max(review, cutOffFor(policy.block, curve)) : NEVER };
}

function fixedCutOffs({ review, block }: FixedPolicy, fraudThreshold: number): CutOffs {
  const from = review ?? fraudThreshold;
  return { review: probabilityOfScore(from), block: probabilityOfScore(Math.max(block ?? DEFAULT_BLOCK, from)) };
}

/**
 * Precision: the largest set of alerts that reaches it, since at the top a single row makes it jump. Recall: the
 * smallest set that reaches it. Alert rate: the largest set that stays within it.
 */
function cutOffFor(target: Target, curve: ThresholdCurve): number {
  const { frauds, legitimate, thresholds } = curve;
  if ('recall' in target) {
    const wanted = target.recall * curve.total_frauds;
    const reached = wanted > 0 ? frauds.findIndex((caught) => caught >= wanted) : -1;
    return cutOffAt(curve, reached);
  }
  const within = (_: number, at: number): boolean => {
    const caught = frauds[at] ?? 0;
    const alerts = caught + (legitimate[at] ?? 0);
    if ('alert_rate' in target) return alerts <= target.alert_rate * curve.weight;
    return alerts > 0 && caught >= target.precision * alerts;
  };
  return cutOffAt(curve, thresholds.findLastIndex(within));
}

/**
 * The cheapest cut-offs on the curve. What is approved costs `missed_fraud` per fraud, what is reviewed `review` each
 * (and is then decided right), what is blocked `false_alarm` per legitimate one. With F, L and M for frauds, legitimate
 * and their missed cost at or above a cut-off, that is
 *
 *     M(all) + [review × (F + L)(r) − M(r)] + [false_alarm × L(b) − review × (F + L)(b)],   r ≤ b
 *
 * two terms that depend on one cut-off each, so one pass with the cheapest `b` so far finds the pair. Ties: fewer alerts.
 */
function cheapest(policy: CostsPolicy, curve: ThresholdCurve): CutOffs {
  const missed = missedCosts(policy, curve);
  let best = { review: NEVER, block: NEVER, cost: 0 };
  let block = { cutOff: NEVER, cost: 0 };
  for (let at = 0; at < curve.thresholds.length; at++) {
    const legitimate = curve.legitimate[at] ?? 0;
    const reviewing = policy.review * ((curve.frauds[at] ?? 0) + legitimate);
    const cutOff = cutOffAt(curve, at);
    const blockCost = policy.false_alarm * legitimate - reviewing;
    if (blockCost < block.cost) block = { cutOff, cost: blockCost };
    const cost = reviewing - (missed[at] ?? 0) + block.cost;
    if (cost < best.cost) best = { review: cutOff, block: block.cutOff, cost };
  }
  return { review: best.review, block: best.block };
}

/** At the last point everything is flagged, and what is scored later may lie below all that the curve has seen. -1: none. */
function cutOffAt({ thresholds }: ThresholdCurve, at: number): number {
  return at === thresholds.length - 1 ? 0 : (thresholds[at] ?? NEVER);
}

/** Per point, what the frauds at or above it would cost if they were let through. */
export function missedCosts({ missed_fraud }: CostsPolicy, curve: ThresholdCurve): readonly number[] {
  if (typeof missed_fraud === 'string') return curve.amounts[missed_fraud] ?? [];
  return curve.frauds.map((weight) => missed_fraud * weight);
}
