/**
 * Checks docker/prometheus by promtool: the configuration, and the rules by their unit tests. And what promtool does not
 * see: that every alarm is tested, graded, and has a section in the guide that says what to do, and that compose has what
 * is scraped, and keeps it for as long as the rules look back.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withSetupLock } from '../../apps/standalone/bootstrap/lock.mjs';
import { runQuietly } from '../../apps/standalone/bootstrap/processes.mjs';
import { ensurePrometheus } from '../../apps/standalone/bootstrap/prometheus.mjs';

const FOLDER = 'docker/prometheus';
const GUIDE = 'docs/guides/production.md';
const COMPOSE = 'docker/compose.yaml';
const DAYS_KEPT = 32;
const problems = [];

const tests = readdirSync(FOLDER).filter((name) => name.endsWith('.test.yml'));
const testText = tests.map((name) => readFileSync(join(FOLDER, name), 'utf8')).join('\n');
const headings = existsSync(GUIDE) ? readFileSync(GUIDE, 'utf8').match(/^#+ .*/gm) : null;
const [, ...alarms] = readFileSync(join(FOLDER, 'alerts.yml'), 'utf8').split(/^ +- alert: /m);
for (const alarm of alarms) checkAlarm(alarm);
if (existsSync(COMPOSE)) checkCompose(readFileSync(COMPOSE, 'utf8'));

try {
  const { promtool } = await withSetupLock(ensurePrometheus);
  await run(promtool, 'check', 'config', join(FOLDER, 'prometheus.yml'));
  await run(promtool, 'test', 'rules', ...tests.map((name) => join(FOLDER, name)));
} catch (error) {
  problems.push(error.message);
}

if (problems.length > 0) {
  console.error(problems.map((problem) => `${FOLDER}: ${problem}`).join('\n'));
  process.exit(1);
}
console.log(`${FOLDER}: ${alarms.length} alarms, each tested, and their configuration hold`);

function checkAlarm(text) {
  const [name = ''] = /^\w+/.exec(text) ?? [];
  const anchor = name.toLowerCase();
  if (!/severity: (warning|critical)\b/.test(text)) problems.push(`${name}: its severity is neither of the two`);
  if (!text.includes(`runbook: ${GUIDE}#${anchor}\n`)) problems.push(`${name}: its runbook is not ${GUIDE}#${anchor}`);
  if (!new RegExp(`\\b${name}\\b`).test(testText)) problems.push(`${name}: no test names it`);
  if (headings && !headings.some((heading) => heading.replace(/^#+ /, '').toLowerCase() === anchor)) {
    problems.push(`${name}: ${GUIDE} has no section of this name`);
  }
}

function checkCompose(compose) {
  const config = readFileSync(join(FOLDER, 'prometheus.yml'), 'utf8');
  for (const [, service, port] of config.matchAll(/names: \[(\w+)\], type: A, port: (\d+)/g)) {
    if (!new RegExp(`^  ${service}:$`, 'm').test(compose)) problems.push(`${COMPOSE} has no service ${service}`);
    if (!new RegExp(`METRICS_PORT: '${port}'`).test(compose)) problems.push(`${COMPOSE} has no metrics on ${port}`);
  }
  const [, days = 0] = /retention\.time=(\d+)d/.exec(compose) ?? [];
  if (days < DAYS_KEPT) problems.push(`${COMPOSE} does not keep figures for ${DAYS_KEPT} days`);
}

async function run(promtool, ...args) {
  const { code, output } = await runQuietly(promtool, args);
  if (code !== 0) problems.push(`promtool ${args.join(' ')}:\n${output.trim()}`);
}
