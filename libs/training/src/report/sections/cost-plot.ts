import { figureOf, nothing } from '../drawing/figure.js';
import { cut, level, line, type Point } from '../drawing/marks.js';
import { type Markup, markup } from '../drawing/markup.js';
import { amount, bare, percent } from '../drawing/number-text.js';
import { plot } from '../drawing/plot.js';
import { linearScale, spreadScale } from '../drawing/scale.js';
import type { CostsPolicy } from '@app/features';
import type { ThresholdCurve } from '@app/model-registry';
import type { ReportPolicy } from '../report-facts.js';
import { type CostCurve, costCurve, placeOf } from './costs.js';
import { cutOffsOf, endOf } from './curve-points.js';

/**
 * What is drawn at most: a little more than doing nothing costs, as flagging nearly everything may cost any amount; and not
 * so much that the place of the cut-offs cannot be seen.
 */
function highest(idle: number, chosen: number): number {
  return Math.max(1.4 * chosen, Math.min(1.4 * idle, 5 * chosen || Infinity)) || 1;
}

/** What a transaction costs as one of the two cut-offs moves and the other stays. */
export function costFigure(curve: ThresholdCurve, policy: ReportPolicy, costs: CostsPolicy): Markup {
  const cost = costCurve(curve, costs);
  if (!cost) return nothing(`The curve does not know what a missed fraud costs: it lacks the policy’s column.`);
  const review = placeOf(curve, policy.cutOffs.review);
  const block = placeOf(curve, policy.cutOffs.block);
  const chosen = cost.at(review, block);
  const most = highest(cost.idle, chosen);
  const drawn = plot({
    id: 'cost',
    title: 'Cost against the cut-offs',
    description: `The mean cost of a transaction. It is ${amount(chosen)} at the policy's cut-offs and ${amount(cost.idle)} where nothing is flagged.`,
    x: { label: 'Cut-off, in %', scale: spreadScale(curve.thresholds), text: bare },
    y: { label: 'Cost per transaction', scale: linearScale(0, most), text: amount },
    marks: (area) => [
      ...(cost.idle <= most ? [level(area, cost.idle, `nothing flagged: ${amount(cost.idle)}`)] : []),
      line(
        area,
        pointsOf(curve, most, (place) => cost.at(review, place)),
        'block',
      ),
      line(
        area,
        pointsOf(curve, most, (place) => cost.at(place, block)),
        'review',
      ),
      ...cutOffsOf(policy).map(({ kind, probability }) => cut(area, probability, kind, '', endOf(kind))),
    ],
  });
  return figureOf('Cost against the cut-offs', drawn, captionOf(cost, chosen), {
    head: ['Decisions', 'Cost per transaction'],
    rows: [
      ['Nothing flagged', amount(cost.idle)],
      ['As the policy has it', amount(chosen)],
      ['Only its reviews', amount(cost.at(review, -1))],
      ['Only its blocks', amount(cost.at(-1, block))],
    ],
  });
}

function pointsOf({ thresholds }: ThresholdCurve, most: number, cost: (place: number) => number): Point[] {
  return thresholds.map((threshold, place) => [threshold, cost(place)] as const).filter(([, each]) => each <= most);
}

function captionOf({ idle }: CostCurve, chosen: number): Markup {
  const saved =
    idle > 0
      ? ` That is ${percent((idle - chosen) / idle)} less than ${amount(idle)}, the cost of flagging nothing.`
      : '';
  return markup`<span class="key review"></span>as <b>review</b> moves and block stays, <span class="key block"></span>as <b>block</b> moves and review stays. At the policy's cut-offs (upright lines) a transaction costs ${amount(chosen)}.${saved}`;
}
