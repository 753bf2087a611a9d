import type { DecisionPolicy } from '@app/features';
import type { CostModel } from '../metrics/row-costs.js';

/** What wrong decisions cost under a policy, and the column that says so by row; null where the policy does not say. */
export function costsOf(policy: DecisionPolicy): { readonly column: string | null; readonly model: CostModel } | null {
  if (policy.kind !== 'costs') return null;
  const { missed_fraud: missed, false_alarm: falseAlarm, review } = policy;
  const column = typeof missed === 'string' ? missed : null;
  return { column, model: { missedFraud: typeof missed === 'number' ? missed : 'cost_column', falseAlarm, review } };
}
