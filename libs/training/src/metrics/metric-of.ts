import type { MetricName } from '@app/features';
import { PreparedRows } from './figures.js';
import { checkRows, type MeasuredRows } from './measured-rows.js';

/**
 * One figure as {@link measure} defines it, without its interval: for searches and folds.
 * @param options.threshold score (0–100) from which on a row is called fraud
 * @throws RangeError for rows that {@link MeasuredRows} does not allow
 */
export function metricOf(name: MetricName, rows: MeasuredRows, { threshold }: { readonly threshold: number }): number {
  checkRows(rows);
  return new PreparedRows(rows, { threshold }, null).figure(name, null);
}
