import { type CutOffs, type MetricName, toScore } from '@app/features';
import type { ConfusionMatrix, ReliabilityBin } from '@app/model-registry';
import { type CardDays, cardDays, cardPrecision } from './card-precision.js';
import type { MeasuredRows } from './measured-rows.js';
import { type ProbabilityTerms, probabilityFigures, probabilityTerms, reliabilityBins } from './probability-figures.js';
import { PRECISION_AT, rankingFigures, thresholdFigures } from './ranking-figures.js';
import { type RankedRows, rankRows, sumGroups } from './ranked-rows.js';
import type { Units } from './resampling.js';
import { type CostModel, costsByRank, expectedCost } from './row-costs.js';

export interface FigureOptions {
  /** Score (0–100) from which on a row is called fraud. */
  readonly threshold: number;
  /** Probabilities from which on a row is reviewed and blocked. */
  readonly cutOffs?: CutOffs | null;
  readonly costModel?: CostModel | null;
}

/** Every figure that the rows allow, by name; of `precision_at` as `precision_at_100` and so on. */
export type Figures = Record<MetricName, number> & Partial<Record<string, number>>;

/** Rows prepared for measuring them many times over, each row as often as it was drawn. */
export class PreparedRows {
  private readonly ranked: RankedRows;
  private readonly sums: Float64Array;
  private readonly terms: ProbabilityTerms;
  private readonly called: number;
  private readonly unitsByRank: Uint32Array | null;
  private readonly costs: Float64Array | null;
  private readonly days: CardDays | null;

  /** @param units what is drawn. Null: the rows are only ever measured as they are. */
  constructor(
    rows: MeasuredRows,
    { threshold, cutOffs, costModel }: FigureOptions,
    private readonly units: Units | null,
  ) {
    const ranked = rankRows(rows);
    this.ranked = ranked;
    this.sums = sumGroups(ranked, null, new Float64Array(2 * ranked.groups));
    this.terms = probabilityTerms(ranked, this.sums);
    this.called = groupsCalled(ranked, threshold);
    this.unitsByRank = units && ranked.order.map((row) => units.ofRows[row] ?? 0);
    this.costs = cutOffs && costModel ? costsByRank(ranked, rows, costModel, cutOffs) : null;
    this.days = units && cardDays(rows, units.ofRows);
  }

  /** @param counts how often each unit was drawn. Null: every row once. */
  figures(counts: Uint16Array | null): Figures & { readonly confusion: ConfusionMatrix } {
    const { ranked, sums, unitsByRank, units } = this;
    const drawn = counts && unitsByRank ? { units: unitsByRank, counts } : null;
    sumGroups(ranked, drawn, sums);
    const { precisions, confusion, ...ranking } = rankingFigures(sums, ranked.groups, this.called);
    const figures: Figures = {
      ...ranking,
      ...thresholdFigures(confusion),
      ...probabilityFigures(sums, this.terms),
    };
    for (const [index, k] of PRECISION_AT.entries()) {
      const precision = precisions[index] ?? NaN;
      if (!Number.isNaN(precision)) figures[`precision_at_${k}`] = precision;
    }
    if (this.days && units) {
      figures['card_precision_at_100'] = cardPrecision(this.days, counts, units.legitimate + units.fraudulent);
    }
    if (this.costs) figures['expected_cost'] = expectedCost(ranked, this.costs, drawn);
    return Object.assign(figures, { confusion });
  }

  /** One of them, in half the time. */
  figure(name: MetricName, counts: Uint16Array | null): number {
    const { ranked, sums, unitsByRank } = this;
    sumGroups(ranked, counts && unitsByRank && { units: unitsByRank, counts }, sums);
    if (name === 'log_loss' || name === 'brier' || name === 'calibration_error') {
      return probabilityFigures(sums, this.terms)[name];
    }
    const ranking = rankingFigures(sums, ranked.groups, this.called);
    return { ...ranking, ...thresholdFigures(ranking.confusion) }[name];
  }

  /** The reliability curve of the rows as they are. */
  reliability(): ReliabilityBin[] {
    return reliabilityBins(this.ranked, sumGroups(this.ranked, null, this.sums), this.terms);
  }
}

/** A row is called fraud if `toScore(probability) >= threshold`, the same rounding as in scoring. */
function groupsCalled({ probabilities, groups }: RankedRows, threshold: number): number {
  let called = 0;
  while (called < groups && toScore(probabilities[called] ?? 0) >= threshold) called++;
  return called;
}
