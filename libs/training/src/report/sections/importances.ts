import { figureOf, nothing, section } from '../drawing/figure.js';
import { type Markup, markup } from '../drawing/markup.js';
import { percent, shortened } from '../drawing/number-text.js';
import { across, drawing, rounded } from '../drawing/plot.js';
import { linearScale } from '../drawing/scale.js';
import type { ReportFacts } from '../report-facts.js';

const MOST = 15;
const ROW = 22;
const LABELS = { width: 168, characters: 20 };
/** Behind the bars, for their numbers. */
const NUMBERS = 1.18;

/** The features that the model leans on most. */
export function importances({ importances: shares }: ReportFacts): Markup {
  const sorted = Object.entries(shares).sort(([, a], [, b]) => b - a);
  const shown = sorted.slice(0, MOST).filter(([, share]) => share > 0);
  return section('What it looks at', shown.length > 0 ? bars(shown, sorted.length) : nothing('It uses no feature.'));
}

function bars(shown: readonly (readonly [string, number])[], features: number): Markup {
  const most = Math.max(...shown.map(([, share]) => share));
  const x = across(linearScale(0, most * NUMBERS), LABELS.width);
  const rows = shown.map(([name, share], at) => {
    const top = at * ROW;
    return markup`<text class="tick" x="${LABELS.width - 8}" y="${top + 15}" text-anchor="end">${shortened(name, LABELS.characters)}</text><rect class="bar" x="${LABELS.width}" y="${top + 4}" width="${rounded(x(share) - LABELS.width)}" height="${ROW - 8}" rx="2"/><text class="note" x="${rounded(x(share) + 5)}" y="${top + 15}">${percent(share)}</text>`;
  });
  const left = features - shown.length;
  const rest = 1 - shown.reduce((sum, [, share]) => sum + share, 0);
  return figureOf(
    'Importances',
    drawing(
      {
        id: 'importances',
        title: 'Importances of the features',
        description: `The ${shown.length} that the model leans on most, led by ${shown[0]?.[0] ?? ''}.`,
        height: shown.length * ROW,
      },
      markup`${rows}`,
    ),
    markup`Each feature's share in what the model gained from it in training.${left > 0 ? ` The ${left} others have ${percent(Math.max(0, rest))} together.` : null} One with nearly all of it deserves a look: it may know the answer.`,
    { head: ['Feature', 'Share'], rows: shown.map(([name, share]) => [name, percent(share)]) },
  );
}
