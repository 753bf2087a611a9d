import type { MetricName } from '@app/features';

/** Metrics where less is better. */
const LOWER_IS_BETTER: ReadonlySet<MetricName> = new Set(['log_loss', 'brier']);

export type ChampionFigure = number | 'broken';

export interface Comparison {
  readonly metric: MetricName;
  /** The challenger's figure on the holdout. */
  readonly challenger: number;
  /** The champion's figure on the same rows, or that its artefact cannot score; null when there is no champion. */
  readonly champion: ChampionFigure | null;
  /** Whether the challenger learned from simulated rows and the champion from real ones. */
  readonly simulatedAgainstReal: boolean;
}

export interface Verdict {
  readonly promoted: boolean;
  readonly reason: string;
}

/**
 * The better one by the model's metric, both measured on the same rows, decides; a tie keeps the champion. What was
 * trained on simulated rows never takes over from what was trained on real ones: on simulated rows it would win.
 */
export function decidePromotion({ metric, challenger, champion, simulatedAgainstReal }: Comparison): Verdict {
  if (champion === null) return { promoted: true, reason: 'first version: there was no champion' };
  if (simulatedAgainstReal) {
    return { promoted: false, reason: 'trained on simulated data, the champion on real data' };
  }
  if (champion === 'broken') return { promoted: true, reason: 'the artefact of the champion was broken' };
  const better = LOWER_IS_BETTER.has(metric) ? challenger < champion : challenger > champion;
  const figures = `${metric} ${challenger.toFixed(4)} against the champion's ${champion.toFixed(4)} on the same holdout`;
  return { promoted: better, reason: better ? `better: ${figures}` : `not better: ${figures}` };
}
