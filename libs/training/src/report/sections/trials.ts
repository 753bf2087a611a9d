import { figureOf, nothing, section } from '../drawing/figure.js';
import { dot, line, type Point } from '../drawing/marks.js';
import { type Markup, markup } from '../drawing/markup.js';
import { amount } from '../drawing/number-text.js';
import { plot } from '../drawing/plot.js';
import { linearScale } from '../drawing/scale.js';
import type { ReportFacts, ReportTrial } from '../report-facts.js';

/** So many stand in the table. */
const MOST = 10;

interface Valued extends ReportTrial {
  readonly value: number;
}

/** What the search tried, and what came of it. */
export function trials(facts: ReportFacts): Markup {
  const { trials: all, lowerIsBetter } = facts;
  const heading = 'What the search tried';
  if (all.length === 0)
    return section(heading, nothing('There was no search: the parameters were given, or the defaults.'));
  const valued = all.filter((trial): trial is Valued => trial.value !== null);
  const ranked = valued.toSorted((a, b) => (lowerIsBetter ? a.value - b.value : b.value - a.value));
  const [best] = ranked;
  if (!best) return section(heading, nothing('None of its trials came to an end.'));
  return section(heading, trialsFigure(facts, valued, ranked, best));
}

function trialsFigure(
  { trials: all, metric, lowerIsBetter }: ReportFacts,
  valued: readonly Valued[],
  ranked: readonly Valued[],
  best: Valued,
): Markup {
  const values = valued.map(({ value }) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = 0.08 * (high - low) || 0.01;
  const last = Math.max(...all.map(({ number }) => number));
  const drawn = plot({
    id: 'trials',
    title: 'Trials of the search',
    description: `${metric} of each of ${valued.length} trials. The best, number ${best.number}, got ${best.value.toFixed(4)}.`,
    x: { label: 'Trial', scale: wholeScale(last), text: String },
    y: { label: metric, scale: linearScale(low - room, high + room), text: amount },
    marks: (area) => [
      line(area, bestSoFar(valued, lowerIsBetter), 'best'),
      ...valued.map(({ number, value }) => dot(area, [number, value], number === best.number ? 'best' : 'trial')),
    ],
  });
  const failed = all.length - valued.length;
  return figureOf(
    `${metric} of each trial`,
    drawn,
    markup`Each dot is the mean over the folds of the train part; the held out rows had no say. The first is what a plain call trains. <span class="key best"></span>Trial ${best.number} is the best, with ${best.value.toFixed(4)}; the line is the best so far.${failed > 0 ? ` ${failed} failed.` : null}`,
    {
      head: ['Trial', metric, 'Parameters'],
      rows: ranked
        .slice(0, MOST)
        .map(({ number, value, params }) => [String(number), value.toFixed(4), paramsText(params)]),
    },
  );
}

/** A step wherever a trial beat all before it. */
function bestSoFar(valued: readonly Valued[], lowerIsBetter: boolean): Point[] {
  const points: Point[] = [];
  let best: number | null = null;
  for (const { number, value } of valued) {
    if (best === null || (lowerIsBetter ? value < best : value > best)) {
      if (best !== null) points.push([number, best]);
      best = value;
      points.push([number, value]);
    }
  }
  const last = valued.at(-1);
  return last && best !== null ? [...points, [last.number, best]] : points;
}

/** Trials have whole numbers. */
function wholeScale(last: number): ReturnType<typeof linearScale> {
  const scale = linearScale(0, last + 1);
  return { ...scale, ticks: scale.ticks.filter((tick) => Number.isInteger(tick) && tick > 0 && tick <= last) };
}

function paramsText(params: ReportTrial['params']): string {
  return Object.entries(params)
    .map(([name, value]) => `${name} ${amount(value)}`)
    .join(', ');
}
