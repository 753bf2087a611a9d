import { figureOf, nothing, section } from '../drawing/figure.js';
import { cut, dot, level, line } from '../drawing/marks.js';
import { type Markup, markup } from '../drawing/markup.js';
import { bare, count, percent } from '../drawing/number-text.js';
import { plot } from '../drawing/plot.js';
import { linearScale, logScale, spreadScale } from '../drawing/scale.js';
import type { ThresholdCurve } from '@app/model-registry';
import type { ReportFacts, ReportPolicy } from '../report-facts.js';
import { costFigure } from './cost-plot.js';
import { atCutOff, type CurvePoint, cutOffsOf, endOf, legend, pointsOf } from './curve-points.js';
import { policyText } from './policy-text.js';

/** What could be flagged, and what the policy in force flags. */
export function cutOffPlots({ curve, policy }: ReportFacts): Markup {
  const points = curve ? pointsOf(curve) : [];
  if (!curve || points.length === 0) {
    return section('What cut-offs would do', nothing('This version was stored without a curve of its cut-offs.'));
  }
  return section(
    'What cut-offs would do',
    markup`<p>On the calibration part, where cut-offs are chosen: ${count(curve.rows)} rows, of which ${percent(curve.total_frauds / curve.weight)} are frauds.${policy && ` Policy ${policy.version}, in force: ${policyText(policy.spec)}.`}</p>
<div class="figures-row">
${precisionRecall(points, curve, policy)}
${alerts(points, policy)}
${policy?.spec.kind === 'costs' ? costFigure(curve, policy, policy.spec) : null}
</div>`,
  );
}

function precisionRecall(points: readonly CurvePoint[], curve: ThresholdCurve, policy: ReportPolicy | null): Markup {
  const guess = curve.total_frauds / curve.weight;
  const share = linearScale(0, 1);
  const drawn = plot({
    id: 'precision-recall',
    title: 'Precision against recall',
    description: 'The share of frauds among the alerts, against the share of the frauds found, over all cut-offs.',
    x: { label: 'Recall: frauds found, in %', scale: share, text: bare },
    y: { label: 'Precision: alerts that are frauds, in %', scale: share, text: bare },
    marks: (area) => [
      level(area, guess, `a guess: ${percent(guess)}`),
      line(
        area,
        points.map(({ recall, precision }) => [recall, precision] as const),
        'main',
      ),
      ...cutOffsOf(policy).flatMap(({ kind, probability }) => {
        const point = atCutOff(points, probability);
        return point ? [dot(area, [point.recall, point.precision], kind)] : [];
      }),
    ],
  });
  const caption = markup`The more frauds are found, the more alerts are false. ${legend(points, policy)}`;
  const rows = TENTHS.flatMap((recall) => {
    const point = points.find((each) => each.recall >= recall);
    return point ? [[percent(recall), percent(point.recall), percent(point.precision), percent(point.threshold)]] : [];
  });
  return figureOf('Precision against recall', drawn, caption, {
    head: ['To find', 'Found', 'Precision', 'Cut-off'],
    rows,
  });
}

const TENTHS = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

function alerts(points: readonly CurvePoint[], policy: ReportPolicy | null): Markup {
  const least = Math.min(0.1, ...points.map((point) => point.alerts).filter((share) => share > 0));
  const drawn = plot({
    id: 'alerts',
    title: 'Share of alerts against the cut-off',
    description: 'How many of the transactions have at least a probability.',
    x: { label: 'Cut-off, in %', scale: spreadScale(points.map(({ threshold }) => threshold)), text: bare },
    y: { label: 'Transactions flagged, in %', scale: logScale(10 ** Math.floor(Math.log10(least)), 1), text: bare },
    marks: (area) => [
      line(
        area,
        points.map(({ threshold, alerts: share }) => [threshold, share] as const),
        'main',
      ),
      ...cutOffsOf(policy).map(({ kind, probability }) =>
        cut(area, probability, kind, `${kind} from ${percent(probability)}`, endOf(kind)),
      ),
    ],
  });
  const rows = RATES.flatMap((rate) => {
    const point = points.findLast((each) => each.alerts <= rate);
    return point ? [[percent(rate), percent(point.threshold), percent(point.precision), percent(point.recall)]] : [];
  });
  return figureOf(
    'Alerts against the cut-off',
    drawn,
    markup`How much work a cut-off makes. Each step up is ten times as many alerts.`,
    { head: ['Alerts, at most', 'Cut-off', 'Precision', 'Recall'], rows },
  );
}

const RATES = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5];
