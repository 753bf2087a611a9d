/**
 * Checks docker/prometheus/kubernetes.yml: that it makes of the pods of docker/kubernetes/base the targets which the rules
 * ask for. There is no cluster here, so promtool is given the pods instead, labelled as Kubernetes would.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAllDocuments, parseDocument } from 'yaml';
import { withSetupLock } from '../../apps/standalone/bootstrap/lock.mjs';
import { runQuietly } from '../../apps/standalone/bootstrap/processes.mjs';
import { ensurePrometheus } from '../../apps/standalone/bootstrap/prometheus.mjs';

const FILE = 'docker/prometheus/kubernetes.yml';
const BASE = 'docker/kubernetes/base';
const JOB = 'fraud-scoring';
const EXPECTED = ['api fraud-scoring-api 10.0.0.1:9464', 'worker fraud-scoring-worker 10.0.0.1:9464'];

const { promtool } = await withSetupLock(ensurePrometheus);
const directory = mkdtempSync(join(tmpdir(), 'prometheus-'));
try {
  const problem = (await problemOfFile()) ?? (await problemOfTargets());
  if (problem) {
    console.error(`${FILE}: ${problem}`);
    process.exitCode = 1;
  } else {
    console.log(`${FILE}: makes the targets that the rules ask for`);
  }
} finally {
  rmSync(directory, { recursive: true });
}

/** Debian's Prometheus is built without Kubernetes: there, only the targets are checked. */
async function problemOfFile() {
  const { code, output } = await runQuietly(promtool, ['check', 'config', FILE]);
  return code === 0 || output.includes('field kubernetes_sd_configs not found') ? null : output.trim();
}

async function problemOfTargets() {
  const config = parseDocument(readFileSync(FILE, 'utf8')).toJS();
  const scrape = config.scrape_configs.find(({ job_name: name }) => name === JOB);
  delete scrape.kubernetes_sd_configs;
  scrape.static_configs = ['api', 'worker'].flatMap(podPorts);
  const given = join(directory, 'prometheus.yml');
  writeFileSync(given, JSON.stringify({ scrape_configs: [scrape] }));
  const { code, output } = await runQuietly(promtool, ['check', 'service-discovery', '--timeout=2s', given, JOB]);
  if (code !== 0) return output.trim();
  const targets = JSON.parse(output.slice(output.indexOf('[')))
    .map(({ labels }) => labels)
    .filter((labels) => labels?.job)
    .map(({ job, instance, __address__: address }) => `${job} ${instance} ${address}`)
    .sort();
  return targets.join() === EXPECTED.join() ? null : `makes ${targets.join(', ')}, not ${EXPECTED.join(', ')}`;
}

/** What Kubernetes tells of each port of a deployment's pod. */
function podPorts(name) {
  const manifests = parseAllDocuments(readFileSync(join(BASE, `${name}.yaml`), 'utf8')).map((each) => each.toJS());
  const { metadata, spec } = manifests.find(({ kind }) => kind === 'Deployment');
  const labels = Object.entries(spec.template.metadata.labels);
  return spec.template.spec.containers.flatMap(({ ports }) =>
    ports.map((port) => ({
      targets: [`10.0.0.1:${port.containerPort}`],
      labels: {
        __meta_kubernetes_pod_name: metadata.name,
        __meta_kubernetes_pod_container_port_name: port.name,
        ...Object.fromEntries(
          labels.map(([label, value]) => [`__meta_kubernetes_pod_label_${label.replace(/\W/g, '_')}`, value]),
        ),
      },
    })),
  );
}
