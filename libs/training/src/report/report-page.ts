import { markup } from './drawing/markup.js';
import { moment } from './drawing/number-text.js';
import type { ReportFacts } from './report-facts.js';
import { comparison } from './sections/comparison.js';
import { cutOffPlots } from './sections/cut-off-plots.js';
import { figures } from './sections/figures.js';
import { head } from './sections/head.js';
import { importances } from './sections/importances.js';
import { reliability } from './sections/reliability.js';
import { trials } from './sections/trials.js';
import { STYLE } from './style.js';

/** What a person needs to know to trust a version or not. */
const SECTIONS = [figures, reliability, cutOffPlots, comparison, importances, trials] as const;

/**
 * The report on a version: one HTML page that holds all it needs, without a script. What is text in the facts stays text.
 *
 * @returns a whole document
 */
export function reportPage(facts: ReportFacts): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${facts.model}, version ${facts.version}: report</title>
<style>${STYLE}</style>
</head>
<body>
${head(facts)}<main>
${SECTIONS.map((each) => each(facts))}</main>
<footer>Every number here is also in the API: the version, its training, the ledger and the policy of the model. Trained ${moment(facts.trainedAt)}.</footer>
</body>
</html>
`.text;
}
