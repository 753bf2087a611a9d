import type { ModelDefinition } from '@app/features';
import type { LabelledTable } from '../data/read-table.js';
import type { TrainingPlan } from './training-plan.js';

/** For more columns a curve would be large; a policy that costs by a column can still name it to the next training. */
const MAX_AMOUNTS = 100;

/** What each row costs if it is a fraud that is let through, where the policy names a column for that. */
export function costsOfRows(
  data: LabelledTable,
  { costs, costColumn }: Pick<TrainingPlan, 'costs' | 'costColumn'>,
  rows: Uint32Array,
): Float64Array | null {
  if (!costs?.column) return null;
  const column = data.table.columns.get(costs.column);
  const values = costs.column === costColumn ? data.costs : column?.type === 'number' ? column.values : null;
  return values && Float64Array.from(rows, (row) => values[row] || 0);
}

/** What a fraud may cost, by column: the policy's own, and the model's numbers, for a policy to come. */
export function amountsOf(
  { table, costs }: LabelledTable,
  { features }: ModelDefinition,
  rows: Uint32Array,
  costColumn: string | null,
): Record<string, Float64Array> {
  const numbers = features.filter(({ type }) => type === 'number').slice(0, MAX_AMOUNTS);
  const columns = numbers.flatMap(({ name }): [string, ArrayLike<number>][] => {
    const column = table.columns.get(name);
    return column?.type === 'number' ? [[name, column.values]] : [];
  });
  if (costColumn !== null && costs) columns.push([costColumn, costs]);
  // A fraud without an amount costs nothing.
  return Object.fromEntries(
    columns.map(([name, values]) => [name, Float64Array.from(rows, (row) => values[row] || 0)]),
  );
}
