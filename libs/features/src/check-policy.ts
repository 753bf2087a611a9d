import type { DecisionPolicy, GivenPolicy } from './decision-policy.js';
import { toPolicy } from './decision-policy.js';
import type { Feature, FieldError } from './definition.js';

/**
 * What a policy of the right shape may still have wrong: the order of its cut-offs, and the column of its costs. `path`
 * is the field as it stands in the request (`policy.review`). Empty: all is well.
 * @param columns that may name a cost besides the features: those the champion's training knew
 */
export function checkPolicy(
  given: GivenPolicy,
  features: readonly Feature[],
  columns: readonly string[] = [],
): FieldError[] {
  const policy = toPolicy(given);
  if (policy.kind === 'fixed') return checkCutOffs(policy);
  return policy.kind === 'costs' ? checkCostColumn(policy.missed_fraud, features, columns) : [];
}

function checkCutOffs({ review, block }: Extract<DecisionPolicy, { kind: 'fixed' }>): FieldError[] {
  const errors: FieldError[] = [];
  for (const [path, cutOff] of [
    ['policy.review', review],
    ['policy.block', block],
  ] as const) {
    if (cutOff !== null && !(cutOff >= 0 && cutOff <= 100)) {
      errors.push({ path, message: `must be a score from 0 to 100, got ${cutOff}` });
    }
  }
  if (errors.length === 0 && review !== null && block !== null && review > block) {
    errors.push({ path: 'policy.review', message: `must not be above policy.block (${block}), got ${review}` });
  }
  return errors;
}

function checkCostColumn(
  cost: number | string,
  features: readonly Feature[],
  columns: readonly string[],
): FieldError[] {
  if (typeof cost === 'number' || columns.includes(cost)) return [];
  const path = 'policy.missed_fraud';
  const feature = features.find(({ name }) => name === cost);
  if (feature?.type === 'number') return [];
  if (feature) return [{ path, message: `must name a number, and ${JSON.stringify(cost)} is a ${feature.type}` }];
  const message = `must be a number, the name of a number feature, or the column of costs that the champion was trained with; there is no ${JSON.stringify(cost)}`;
  return [{ path, message }];
}
