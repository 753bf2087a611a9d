/**
 * Checks that the templates of docker/aws agree with each other and with the application: what one takes from another is
 * exported there, and the metrics of the alarms are carried by the collector and known to docs/guides/metrics.md.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isScalar, parse, parseDocument, visit } from 'yaml';

const FOLDER = 'docker/aws';
const TASKS = `${FOLDER}/tasks.yaml`;
const ALARMS = `${FOLDER}/delivery.yaml`;
const RELEASE = `${FOLDER}/release.sh`;
const read = (file) => readFileSync(file, 'utf8');
const names = (text, pattern) => [...text.matchAll(pattern)].map(([, name]) => name);
const files = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => join(FOLDER, name));
const problems = [];

checkExports();
checkMetrics();
if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}
console.log(`${FOLDER}: the stacks give each other what they take, and the alarms have their metrics`);

/** What a stack or release.sh takes from a stack, another one must give. */
function checkExports() {
  const given = new Map();
  const taken = names(read(RELEASE), /\$\(stack_value ([\w-]+)\)/g).map((name) => ({
    file: RELEASE,
    name: 'fraud-scoring-${Environment}-' + name,
  }));
  for (const file of files) {
    const document = parseDocument(read(file), { logLevel: 'silent' });
    for (const { Export } of Object.values(document.toJS().Outputs ?? {})) if (Export) given.set(Export.Name, file);
    visit(document, {
      Node: (_, node) => {
        if (node.tag !== '!ImportValue') return;
        taken.push({ file, name: isScalar(node) ? node.value : node.toJSON()['Fn::Sub'] });
      },
    });
  }
  for (const { file, name } of taken) {
    const from = given.get(name);
    if (!from || from === file) problems.push(`${file}: no other template exports ${name}`);
  }
}

/** An alarm on what nobody sends would never ring. */
function checkMetrics() {
  const known = names(read('docs/guides/metrics.md'), /^\| `(\w+)` /gm);
  const { exporters } = parse(
    parse(read(TASKS), { logLevel: 'silent' }).Resources.CollectorConfiguration.Properties.Value,
  );
  const declared = exporters.awsemf.metric_declarations;
  const carried = declared.flatMap(({ metric_name_selectors, dimensions }) =>
    metric_name_selectors.map((selector) => ({ name: selector.slice(1, -1), labels: dimensions[0].toSorted().join() })),
  );
  for (const { name } of carried) if (!known.includes(name)) problems.push(`${TASKS}: no metric is called ${name}`);
  for (const metric of everyObject(parse(read(ALARMS), { logLevel: 'silent' }).Resources)) {
    if (metric.Namespace !== 'FraudScoring') continue;
    const labels = metric.Dimensions.map(({ Name }) => Name)
      .toSorted()
      .join();
    const there = carried.some((other) => other.name === metric.MetricName && other.labels === labels);
    if (!there) problems.push(`${ALARMS}: the collector carries no ${metric.MetricName} by ${labels}`);
  }
}

function everyObject(value) {
  if (typeof value !== 'object' || value === null) return [];
  return [value, ...Object.values(value).flatMap(everyObject)];
}
