import { section } from '../drawing/figure.js';
import { type Markup, markup } from '../drawing/markup.js';
import { count } from '../drawing/number-text.js';
import { rounded } from '../drawing/plot.js';
import type { ReportFacts } from '../report-facts.js';
import { type HeadlineFigure, headlineFigures } from './headline-figures.js';

/** The most telling ones, which stand large above the others. */
const LARGE = ['average_precision', 'recall', 'precision'];

/** The holdout's figures, each with its interval and what it means. */
export function figures({ metrics, metric }: ReportFacts): Markup {
  const all = headlineFigures(metrics);
  // The one that the model is judged by comes first.
  const large = [...new Set([metric, ...LARGE])]
    .flatMap((name) => all.filter((each) => each.name === name))
    .slice(0, 3);
  const intervals =
    Object.keys(metrics.intervals ?? {}).length > 0
      ? ' The bars and the ranges are 95\u00a0% intervals: where the figures would lie on other transactions of the kind.'
      : ' This version was stored without intervals.';
  return section(
    'How good it is',
    markup`<p>On ${count(metrics.rows)} held out rows with ${count(metrics.frauds)} frauds, which no training saw.${intervals}</p>
<div class="tiles">${large.map(tile)}</div>
<div class="scroll"><table class="figures">
<thead><tr><th scope="col">Figure</th><th scope="col">Value, 95&nbsp;% interval</th><th class="bar" scope="col">From 0 to 1</th></tr></thead>
<tbody>${all.map(row)}</tbody>
</table></div>`,
  );
}

function tile(each: HeadlineFigure): Markup {
  return markup`<div class="tile"><span>${each.title}</span><strong>${each.text(each.value)}</strong><small>${intervalText(each)}</small></div>`;
}

function row(each: HeadlineFigure): Markup {
  return markup`<tr><th scope="row">${each.title}<small>${each.meaning}</small></th><td>${each.text(each.value)}<small>${intervalText(each)}</small></td><td class="bar">${each.isShare ? bar(each) : null}</td></tr>
`;
}

function intervalText({ interval, text }: HeadlineFigure): string | null {
  return interval && `${text(interval[0])} to ${text(interval[1])}`;
}

const BAR = { width: 130, inset: 6 };

/** The figure on a line from 0 to 1, its interval around it. The cells beside it have the numbers. */
function bar({ name, value, interval }: HeadlineFigure): Markup {
  const x = (share: number): number =>
    rounded(BAR.inset + Math.min(Math.max(share, 0), 1) * (BAR.width - 2 * BAR.inset));
  const range = interval && markup`<path class="range" d="M${x(interval[0])} 9H${x(interval[1])}"/>`;
  return markup`<svg class="spark" data-figure="${name}" viewBox="0 0 ${BAR.width} 18" aria-hidden="true"><path class="grid" d="M${x(0)} 9H${x(1)}"/>${range}<circle class="dot" cx="${x(value)}" cy="9" r="4"/></svg>`;
}
