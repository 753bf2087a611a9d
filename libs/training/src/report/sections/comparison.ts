import { figureOf, nothing, section, table } from '../drawing/figure.js';
import { type Markup, markup } from '../drawing/markup.js';
import { amount, moment, percent } from '../drawing/number-text.js';
import { across, drawing } from '../drawing/plot.js';
import { linearScale } from '../drawing/scale.js';
import type { ReportComparison, ReportFacts } from '../report-facts.js';

/** What the ledger says of the version against the champion of its day. */
export function comparison({ comparison: compared }: ReportFacts): Markup {
  const heading = 'Against the champion';
  if (!compared) return section(heading, nothing('This version was never compared with a champion.'));
  const { promoted, reason, at, gain, guards } = compared;
  return section(heading, [
    markup`<p><b class="${promoted ? 'passed' : 'failed'}">${promoted ? 'Promoted' : 'Not promoted'}</b> on ${moment(at)}: ${reason}.</p>\n`,
    gain ? gainFigure(compared, gain) : nothing(missing(compared)),
    guards.length > 0 ? guardTable(guards) : markup``,
  ]);
}

function missing({ champion, guards }: ReportComparison): string {
  if (champion === null) return 'There was no champion that it could be measured against.';
  return guards.length > 0
    ? 'The ledger has no interval for it.'
    : 'The ledger has neither interval nor guards for it.';
}

type Gain = NonNullable<ReportComparison['gain']>;

const HEIGHT = 104;
const MIDDLE = 50;

/** The gain with its interval, against 0 and against what a promotion asks for. */
function gainFigure(compared: ReportComparison, gain: Gain): Markup {
  const { value, interval, minImprovement } = gain;
  const [low, high] = interval;
  const least = Math.min(0, low, value);
  const greatest = Math.max(0, high, value, minImprovement);
  const room = 0.12 * (greatest - least) || 0.01;
  const scale = linearScale(least - room, greatest + room);
  const x = across(scale, 24);
  const ticks = scale.ticks.map(
    (tick) =>
      markup`<path class="grid" d="M${x(tick)} 26V74"/><text class="tick" x="${x(tick)}" y="90" text-anchor="middle">${signed(tick)}</text>`,
  );
  const asked =
    minImprovement > 0 &&
    markup`<path class="cut asked" d="M${x(minImprovement)} 20V76"/><text class="note" x="${x(minImprovement)}" y="14" text-anchor="middle">needed: ${signed(minImprovement)}</text>`;
  const drawn = drawing(
    {
      id: 'gain',
      title: 'Gain over the champion',
      description: `${signed(value)}, with its interval from ${signed(low)} to ${signed(high)}; ${signed(minImprovement)} was needed.`,
      height: HEIGHT,
    },
    markup`${ticks}<path class="zero" d="M${x(0)} 22V76"/>${asked || null}<path class="range" d="M${x(low)} ${MIDDLE}H${x(high)}"/><circle class="dot main" cx="${x(value)}" cy="${MIDDLE}" r="6"/>`,
  );
  const metric = compared.metric ?? 'the metric';
  return figureOf(
    `Gain in ${metric}`,
    drawn,
    markup`How much better than version ${compared.champion ?? '–'}, the champion then, on the very same held out rows; the bar is the ${percent(gain.confidence)} interval. ${verdict(gain)}`,
    {
      head: ['', metric],
      rows: [
        ['This version', figureText(compared.challengerValue)],
        ['The champion', figureText(compared.championValue)],
        ['Gain', signed(value)],
        [`${percent(gain.confidence)} interval`, `${signed(low)} to ${signed(high)}`],
        ['Needed', signed(minImprovement)],
      ],
    },
  );
}

function verdict({ interval: [low, high] }: Gain): string {
  if (low > 0) return 'All of it lies above 0: the gain is hardly luck.';
  if (high < 0) return 'All of it lies below 0: it is worse.';
  return 'It has 0 in it: the difference may be luck.';
}

function guardTable(guards: ReportComparison['guards']): Markup {
  const rows = guards.map(({ name, passed, detail }) => [
    name.replaceAll('_', ' '),
    passed ? markup`<b class="passed">✓ passed</b>` : markup`<b class="failed">✗ failed</b>`,
    detail,
  ]);
  return markup`<h3>Guards</h3>${table({ head: ['Guard', 'Outcome', 'What was found'], rows })}`;
}

function figureText(value: number | null): string {
  return value === null ? '–' : value.toFixed(4);
}

/** With its sign, as a difference is told. */
function signed(value: number): string {
  return `${value > 0 ? '+' : ''}${amount(value).replace('-', '−')}`;
}
