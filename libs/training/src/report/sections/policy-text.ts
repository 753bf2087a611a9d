import { amount, percent } from '../drawing/number-text.js';
import type { DecisionPolicy, Target } from '@app/features';

/** A decision policy in words. */
export function policyText(spec: DecisionPolicy): string {
  switch (spec.kind) {
    case 'fixed':
      return `fixed scores, review from ${spec.review ?? 'the service’s default'}, block from ${spec.block ?? 'the service’s default'}`;
    case 'target':
      return `review for ${targetText(spec.review)}, block ${spec.block ? `for ${targetText(spec.block)}` : 'nothing'}`;
    case 'costs':
      return `least cost, where a missed fraud costs ${typeof spec.missed_fraud === 'string' ? `its ${spec.missed_fraud}` : amount(spec.missed_fraud)}, a false alarm ${amount(spec.false_alarm)} and a review ${amount(spec.review)}`;
  }
}

function targetText(target: Target): string {
  if ('precision' in target) return `a precision of ${percent(target.precision)}`;
  if ('recall' in target) return `a recall of ${percent(target.recall)}`;
  return `alerts for ${percent(target.alert_rate)} of transactions`;
}
