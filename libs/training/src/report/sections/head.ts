import { type Markup, markup } from '../drawing/markup.js';
import { count, moment, percent } from '../drawing/number-text.js';
import type { ReportFacts } from '../report-facts.js';

const ALGORITHMS: Readonly<Record<string, string>> = {
  boosted_trees: 'Gradient boosted trees',
  random_forest: 'Random forest',
  logistic_regression: 'Logistic regression',
};

const SPLITS: Readonly<Record<string, string>> = {
  by_time: 'By time: the latest rows judge',
  grouped: 'By entity: none is on two sides',
  stratified: 'At random, with the same share of frauds in each part',
};

const CALIBRATIONS: Readonly<Record<string, string>> = {
  platt: 'Platt: a sigmoid',
  isotonic: 'Isotonic: a line that never falls',
  none: 'None',
};

/** What the version is, what it learned from, and whether it decides. */
export function head(facts: ReportFacts): Markup {
  const { model, version, champion, description, dataset } = facts;
  return markup`<header>
<h1>${model} <span>version ${version}</span></h1>
<p class="badge ${champion ? 'champion' : 'other'}">${champion ? 'Champion: this version decides' : 'Not the champion: this version does not decide'}</p>
<p>${description}</p>
${dataset.simulated ? warning('Trained on simulated data: the figures below say nothing about real transactions.') : null}
<dl>
${entries(facts).map(([term, text]) => markup`<div><dt>${term}</dt><dd>${text}</dd></div>\n`)}</dl>
</header>
`;
}

function warning(text: string): Markup {
  return markup`<p class="warning" role="note">${text}</p>`;
}

function entries(facts: ReportFacts): (readonly [string, string])[] {
  const { dataset, training, calibration } = facts;
  const share = dataset.rows > 0 ? ` (${percent(dataset.frauds / dataset.rows)})` : '';
  return [
    ['Trained', moment(facts.trainedAt)],
    ['By', `training ${training.id}${training.requestedBy === null ? '' : `, asked for by ${training.requestedBy}`}`],
    ['Algorithm', ALGORITHMS[facts.algorithm] ?? facts.algorithm],
    ['Data set', dataset.source],
    ['Its rows', `${count(dataset.rows)}, of which ${count(dataset.frauds)} frauds${share}`],
    ['Its SHA-256', `${dataset.sha256.slice(0, 12)}…`],
    ['Split', splitText(facts)],
    ['Calibration', calibration ? (CALIBRATIONS[calibration.method] ?? calibration.method) : 'None: an older version'],
  ];
}

function splitText({ split }: ReportFacts): string {
  const parts = [`${count(split.train_rows)} rows to train`];
  if (typeof split.calibration_rows === 'number') parts.push(`${count(split.calibration_rows)} to calibrate`);
  parts.push(`${count(split.holdout_rows)} held out`);
  if (split.dropped_rows) parts.push(`${count(split.dropped_rows)} left out between them`);
  return `${SPLITS[split.method] ?? split.method}. ${parts.join(', ')}`;
}
