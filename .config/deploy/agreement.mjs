/**
 * Checks that docker/ agrees with the application, which no schema sees: names of settings and programs, the ports and paths
 * that are probed and scraped, and what is scaled.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

const read = (file) => readFileSync(file, 'utf8');
const filesOf = (folder, pattern) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((file) => pattern.test(file));
const names = (text, pattern) => [...text.matchAll(pattern)].map(([, name]) => name);
const problems = [];

/** Node's and OpenTelemetry's own, beside the application's. */
const OTHERS = ['NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS', 'OTEL_EXPORTER_OTLP_HEADERS'];
const settings = [...names(read('.env.example'), /^(?:# )?([A-Z_]+)=/gm), ...OTHERS];
const [port] = names(read('.env.example'), /^PORT=(\d+)/gm);
const probes = names(read('libs/health/src/health.controller.ts'), /@Get\('(\w+)'\)/g).map((path) => `/health/${path}`);
const METRICS_PORT = { api: 'METRICS_PORT', worker: 'WORKER_METRICS_PORT' };
const [defaultProbe] = names(read('docker/health.mjs'), /(\/[a-z/]+)`;/g);

for (const file of filesOf('docker', /\.(ya?ml|sh|env)$|Dockerfile$/)) {
  for (const app of names(read(file), /dist\/apps\/([\w-]+)\/main\.js/g)) {
    if (!existsSync(`apps/${app}/main.ts`)) problems.push(`${file}: there is no apps/${app}/main.ts`);
  }
}
const processes = [...ofCompose(), ...ofKubernetes(), ...ofAws()];
for (const each of processes) checkProcess(each);

if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}
console.log(`docker: ${processes.length} processes are set up, probed and scraped as the application has it`);

/** What is set, probed and scraped must be what the process knows and listens on. */
function checkProcess({ file, app, environment, asked, scraped }) {
  const wrong = (problem) => problems.push(`${file}: ${app}: ${problem}`);
  for (const name of Object.keys(environment)) if (!settings.includes(name)) wrong(`${name} is no setting`);
  const metricsPort = environment[METRICS_PORT[app]];
  if (metricsPort && scraped.length === 0) wrong('nobody reads its metrics');
  for (const at of scraped) {
    if (at !== `:${metricsPort}/metrics`) wrong(`${at} is scraped, its metrics are on :${metricsPort}/metrics`);
  }
  const served = app === 'api' ? probes.map((path) => `:${environment.PORT ?? port}${path}`) : [];
  for (const at of asked) {
    if (at !== `:${metricsPort}/metrics` && !served.includes(at)) wrong(`${at} is probed, and nothing answers there`);
  }
}

/** The program of a command, and what its health check asks; by default health.mjs asks the API's own port. */
function appOf(command) {
  return names((command ?? []).join(' '), /dist\/apps\/([\w-]+)\/main\.js/g)[0];
}
function askedBy(command) {
  if (!command?.includes('health.mjs')) return [];
  return [command.at(-1).startsWith('http') ? addressOf(command.at(-1)) : `:${port}${defaultProbe}`];
}
function addressOf(url) {
  const { port, pathname } = new URL(url);
  return `:${port}${pathname}`;
}

function ofCompose() {
  const file = 'docker/compose.yaml';
  const { scrape_configs: jobs } = parse(read('docker/prometheus/prometheus.yml'));
  const targets = jobs.flatMap(({ dns_sd_configs, metrics_path = '/metrics' }) =>
    dns_sd_configs.flatMap(({ names, port }) => names.map((name) => ({ name, at: `:${port}${metrics_path}` }))),
  );
  return Object.entries(parse(read(file), { merge: true }).services)
    .map(([name, { command, environment = {}, healthcheck }]) => {
      const scraped = targets.filter((target) => target.name === name).map(({ at }) => at);
      return { file, app: appOf(command), environment, asked: askedBy(healthcheck?.test), scraped };
    })
    .filter(({ app }) => app);
}

function ofKubernetes() {
  const folder = 'docker/kubernetes';
  const shared = filesOf(folder, /\.env$/).flatMap((file) => names(read(file), /^(\w+=.*)$/gm));
  const manifests = filesOf(folder, /\.yaml$/).flatMap((file) =>
    parseAllDocuments(read(file)).map((document) => ({ file, ...document.toJS() })),
  );
  for (const { file, configMapGenerator = [] } of manifests) {
    for (const line of configMapGenerator.flatMap(({ literals = [] }) => literals)) {
      if (!settings.includes(line.split('=')[0])) problems.push(`${file}: ${line} is no setting`);
    }
  }
  for (const { file, spec } of manifests.filter(({ spec }) => spec?.scaleTargetRef)) {
    const { kind = 'Deployment', name } = spec.scaleTargetRef;
    const there = manifests.some((other) => other.kind === kind && other.metadata.name === name);
    if (!there) problems.push(`${file}: scales the ${kind} ${name}, which is not there`);
  }
  return manifests.flatMap(({ file, spec }) =>
    (spec?.template?.spec.containers ?? []).map((container) => {
      const { args, env = [], envFrom, ports = [] } = container;
      const lines = envFrom ? shared.map((line) => line.split(/=(.*)/)) : [];
      const environment = Object.fromEntries([...lines, ...env.map(({ name, value }) => [name, value])]);
      const asked = ['startupProbe', 'livenessProbe', 'readinessProbe']
        .flatMap((kind) => container[kind]?.httpGet ?? [])
        .map(({ path, port }) => `:${ports.find(({ name }) => name === port)?.containerPort ?? port}${path}`);
      const notes = spec.template.metadata.annotations ?? {};
      const scraped = notes['prometheus.io/scrape']
        ? [`:${notes['prometheus.io/port']}${notes['prometheus.io/path']}`]
        : [];
      return { file, app: appOf(args), environment, asked, scraped };
    }),
  );
}

function ofAws() {
  const file = 'docker/aws/tasks.yaml';
  const { CollectorConfiguration, ...tasks } = resourcesOf(file);
  const { receivers } = parse(CollectorConfiguration.Properties.Value);
  const targets = receivers.prometheus.config.scrape_configs
    .flatMap(({ static_configs }) => static_configs.flatMap(({ targets }) => targets))
    .map((target) => addressOf(`http://${target}/metrics`));
  const groups = Object.values(resourcesOf('docker/aws/service.yaml'))
    .filter(({ Type }) => Type.endsWith('::TargetGroup'))
    .map(({ Properties }) => `:${Properties.Port}${Properties.HealthCheckPath}`);
  return Object.values(tasks)
    .flatMap(({ Properties }) => Properties.ContainerDefinitions ?? [])
    .filter(({ Command }) => appOf(Command))
    .map(({ Command, Environment, Secrets, HealthCheck }) => {
      const app = appOf(Command);
      const environment = Object.fromEntries([...Environment, ...Secrets].map(({ Name, Value }) => [Name, Value]));
      const asked = [...askedBy(HealthCheck?.Command), ...(app === 'api' ? groups : [])];
      return { file, app, environment, asked, scraped: METRICS_PORT[app] ? targets : [] };
    });
}

function resourcesOf(file) {
  return parse(read(file), { logLevel: 'silent' }).Resources;
}
