/**
 * Checks docker/grafana for what Grafana would only show: panels that overlap or explain nothing, variables and links that
 * lead nowhere. That each query returns data is checked by `npm run check:dashboards`.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = 'docker/grafana/dashboards';
const COLUMNS = 24;
/** Grafana's own. */
const VARIABLES = ['__rate_interval', '__range', '__all'];

const problems = [];
const names = readdirSync(FOLDER);
const dashboards = names.map((name) => JSON.parse(readFileSync(join(FOLDER, name), 'utf8')));
const uids = dashboards.map(({ uid }) => uid);
for (const [at, dashboard] of dashboards.entries()) checkDashboard(names[at], dashboard);

if (problems.length > 0) {
  console.error(problems.map((problem) => `${FOLDER}/${problem}`).join('\n'));
  process.exit(1);
}
console.log(
  `${FOLDER}: ${dashboards.flatMap(({ panels }) => panels).length} panels of ${names.length} dashboards hold`,
);

function checkDashboard(name, dashboard) {
  const wrong = (problem) => problems.push(`${name}: ${problem}`);
  const { uid, panels, templating, links, annotations } = dashboard;
  if (uids.filter((other) => other === uid).length > 1) wrong(`another dashboard has the uid ${uid}`);
  for (const { url } of links) if (!uids.some((other) => url === `/d/${other}`)) wrong(`${url} leads nowhere`);
  if (new Set(panels.map(({ id }) => id)).size < panels.length) wrong('two panels have the same id');
  const variables = [...VARIABLES, ...templating.list.map((variable) => variable.name)];
  for (const [, used] of JSON.stringify(dashboard).matchAll(/\$\{?(\w+)/g)) {
    if (!variables.includes(used)) wrong(`no variable is called ${used}`);
  }
  for (const { name: mark, datasource } of annotations.list)
    if (!isChosen(datasource)) wrong(`${mark}: its data source`);
  for (const panel of panels) checkPanel(panel, panels, (problem) => wrong(`${panel.title}: ${problem}`));
}

function checkPanel(panel, panels, wrong) {
  const { title, type, description, gridPos, targets = [], datasource, fieldConfig } = panel;
  if (gridPos.x + gridPos.w > COLUMNS) wrong('is wider than the page');
  const below = panels.find((other) => other !== panel && overlap(gridPos, other.gridPos));
  if (below) wrong(`lies over ${below.title}`);
  if (!title) wrong('has no title');
  if (type === 'row') return;
  if (!description) wrong('has no description');
  if (!isChosen(datasource)) wrong('does not use the data source that is chosen');
  if (targets.length === 0) wrong('asks for nothing');
  if (new Set(targets.map(({ refId }) => refId)).size < targets.length) wrong('two queries have the same letter');
  for (const target of targets) if (!isChosen(target.datasource)) wrong(`${target.refId}: its data source`);
  if (type !== 'heatmap' && !fieldConfig.defaults.unit) wrong('has no unit');
}

function isChosen(datasource) {
  return datasource?.type === 'prometheus' && datasource.uid === '${datasource}';
}

function overlap(a, b) {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}
