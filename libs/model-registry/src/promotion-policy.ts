import type { MetricName } from '@app/features';

/** Metrics where less is better. */
const LOWER_IS_BETTER: ReadonlySet<MetricName> = new Set(['log_loss', 'brier']);

export interface Comparison {
  readonly metric: MetricName;
  /** The challenger's figure on the holdout. */
  readonly challenger: number;
  /** The champion's figure on the same rows; null when there is no champion. */
  readonly champion: number | null;
}

export interface Verdict {
  readonly promoted: boolean;
  readonly reason: string;
}

/** The better one by the model's metric, both measured on the same rows, decides; a tie keeps the champion. */
export function decidePromotion({ metric, challenger, champion }: Comparison): Verdict {
  if (champion === null) return { promoted: true, reason: 'first version: there was no champion' };
  const better = LOWER_IS_BETTER.has(metric) ? challenger < champion : challenger > champion;
  const figures = `${metric} ${challenger.toFixed(4)} against the champion's ${champion.toFixed(4)} on the same holdout`;
  return { promoted: better, reason: better ? `better: ${figures}` : `not better: ${figures}` };
}
