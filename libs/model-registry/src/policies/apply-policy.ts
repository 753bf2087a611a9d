import type { CutOffs, DecisionPolicy } from '@app/features';
import { cutOffsOf, DEFAULT_POLICY, type Unmet, unmetBy } from './cut-offs.js';
import type { ThresholdCurve } from './threshold-curve.js';

/** What a policy comes to with a version. */
export interface AppliedPolicy {
  readonly cutOffs: CutOffs;
  /** The policy itself, or the service's default in its place. */
  readonly followed: DecisionPolicy;
  /** Why it is not the policy itself. */
  readonly unmet: Unmet | null;
}

/**
 * The cut-offs of a policy with a version. Where the version lacks what the policy needs, as an old one may that somebody
 * went back to, the service's defaults: going back must work at once.
 */
export function applyPolicy(
  policy: DecisionPolicy,
  curve: ThresholdCurve | null,
  fraudThreshold: number,
): AppliedPolicy {
  const unmet = unmetBy(policy, curve);
  const followed = unmet ? DEFAULT_POLICY : policy;
  return { cutOffs: cutOffsOf(followed, curve, fraudThreshold), followed, unmet };
}

/** For people: what is missing, and how to come by it. */
export function tellUnmet(version: number, unmet: Unmet): string {
  if (unmet.kind === 'no_curve') {
    return `Version ${version}, the champion, keeps no threshold curve; train a new version, which will.`;
  }
  const column = JSON.stringify(unmet.column);
  return `Version ${version}, the champion, was trained without costs by ${column}; train a new version with "cost_column": ${column}.`;
}
