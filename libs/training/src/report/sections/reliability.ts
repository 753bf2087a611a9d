import { figureOf, nothing, section } from '../drawing/figure.js';
import { dot, line, whisker } from '../drawing/marks.js';
import { type Markup, markup } from '../drawing/markup.js';
import { bare, count, percent } from '../drawing/number-text.js';
import { across, type Axis, drawing, plot } from '../drawing/plot.js';
import { probabilityScale, type Scale } from '../drawing/scale.js';
import type { ReliabilityBin } from '@app/model-registry';
import type { ReportFacts } from '../report-facts.js';
import { wilson } from '../../metrics/wilson.js';

/** Whether probabilities mean what they say. */
export function reliability({ metrics }: ReportFacts): Markup {
  const bins = metrics.reliability ?? [];
  return section(
    'Whether its probabilities can be taken at their word',
    bins.length > 0 ? reliabilityFigure(bins) : nothing('This version was stored without a reliability curve.'),
  );
}

function reliabilityFigure(bins: readonly ReliabilityBin[]): Markup {
  // One scale for both axes: what is right lies on the diagonal.
  const scale = probabilityScale(bins.flatMap((bin) => [bin.mean_probability, bin.fraud_share]));
  const foretold: Axis = { label: 'Probability that was foretold, in %', scale, text: bare };
  const diagram = plot({
    id: 'reliability',
    title: 'Reliability diagram',
    description: `${bins.length} groups of rows: what was foretold across, the share of frauds that came upwards. Right on the diagonal means right.`,
    x: foretold,
    y: { label: 'Share of frauds that came, in %', scale, text: bare },
    marks: (area) => [
      markup`<path class="diagonal" d="M${area.left} ${area.bottom}L${area.right} ${area.top}"/>`,
      ...bins.map((bin) => whisker(area, bin.mean_probability, wilson(bin.fraud_share, bin.rows))),
      line(area, bins.filter(hasFrauds).map(pointOf), 'main'),
      ...bins.map((bin) => dot(area, pointOf(bin), hasFrauds(bin) ? 'main' : 'hollow')),
    ],
  });
  return figureOf(
    'Reliability',
    markup`${diagram}${shares(bins, scale)}`,
    markup`Rows with neighbouring probabilities, in ${bins.length} groups. On the dashed diagonal, of a hundred transactions with 10 % ten are frauds; below it, fewer came than were foretold, above it more. The upright lines are 95&nbsp;% intervals (Wilson's; each row counts once)${bins.every(hasFrauds) ? null : markup`; a hollow dot is a group without a fraud`}. The bars show how many of the rows each group has.`,
    {
      head: ['Probabilities', 'Foretold', 'Came', 'Rows', 'Share'],
      rows: bins.map((bin) => [
        `${percent(bin.from)} to ${percent(bin.to)}`,
        percent(bin.mean_probability),
        percent(bin.fraud_share),
        count(bin.rows),
        percent(bin.weight / weightOf(bins)),
      ]),
    },
  );
}

const STRIP = { height: 62, bottom: 44, top: 6 };

/** Under the diagram: where the rows are. */
function shares(bins: readonly ReliabilityBin[], scale: Scale): Markup {
  const x = across(scale);
  const most = Math.max(...bins.map(({ weight }) => weight));
  const whole = weightOf(bins);
  const bars = bins.map(({ from, to, weight }) => {
    const height = Math.max(1, Math.round(((STRIP.bottom - STRIP.top) * weight) / most));
    // A group may be of one probability only.
    const width = Math.max(1.5, x(to) - x(from) - 1);
    return markup`<rect class="share" x="${x(from)}" y="${STRIP.bottom - height}" width="${Math.round(width * 10) / 10}" height="${height}"/>`;
  });
  return drawing(
    {
      id: 'reliability-shares',
      title: 'Share of rows per group',
      description: `From ${percent(Math.min(...bins.map(({ weight }) => weight)) / whole)} to ${percent(most / whole)} of the rows in each group.`,
      height: STRIP.height,
    },
    markup`${bars}<path class="grid" d="M${x(0)} ${STRIP.bottom}H${x(1)}"/><text class="axis" x="${(x(0) + x(1)) / 2}" y="${STRIP.height - 3}" text-anchor="middle">Rows per group, up to ${percent(most / whole)}</text>`,
  );
}

function hasFrauds(bin: ReliabilityBin): boolean {
  return bin.fraud_share > 0;
}

function pointOf(bin: ReliabilityBin): readonly [number, number] {
  return [bin.mean_probability, bin.fraud_share];
}

function weightOf(bins: readonly ReliabilityBin[]): number {
  return bins.reduce((sum, { weight }) => sum + weight, 0);
}
