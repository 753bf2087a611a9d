/**
 * Checks docker/kubernetes against the schemas of Kubernetes and KEDA, strictly: an unknown field is an error, too,
 * as a misspelt one would be ignored by the cluster. Also that every file is part of a kustomization, and, where there is
 * kubectl, what these make of it.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, normalize } from 'node:path';
import ts from 'typescript';
import { parseAllDocuments } from 'yaml';

const require = createRequire(import.meta.url);
const FOLDER = 'docker/kubernetes';
const problems = [];

const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => join(FOLDER, name));
const isKustomization = (file) => file.endsWith('kustomization.yaml');
const used = new Set(files.filter(isKustomization).flatMap(resourcesOf));
const manifests = files
  .filter((file) => !isKustomization(file))
  .flatMap((file) => documentsOf(file).map((manifest) => ({ file, manifest })));

for (const file of files.filter((file) => !isKustomization(file))) {
  if (!used.has(file)) problems.push(`${file}: no kustomization.yaml names it`);
}
for (const { file, manifest } of manifests) {
  const problem = problemOf(manifest);
  if (problem) problems.push(`${file}: ${manifest.kind} ${manifest.metadata?.name}: ${problem}`);
}
problems.push(...unknownFields());
problems.push(...files.filter(isKustomization).flatMap((file) => problemsOfBuild(dirname(file))));

if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exit(1);
}
console.log(`${FOLDER}: ${manifests.length} manifests fit the schemas of Kubernetes and KEDA`);

function documentsOf(file) {
  return parseAllDocuments(readFileSync(file, 'utf8')).map((document) => {
    problems.push(...document.errors.map(({ message }) => `${file}: ${message}`));
    return document.toJS();
  });
}

/** What a kustomization brings together, which must be there. */
function resourcesOf(file) {
  const { resources = [], configMapGenerator = [] } = documentsOf(file)[0];
  const named = [...resources, ...configMapGenerator.flatMap(({ envs = [] }) => envs)];
  const paths = named.map((name) => normalize(join(dirname(file), name)));
  for (const path of paths) {
    const known = files.includes(path) || files.includes(join(path, 'kustomization.yaml')) || path.endsWith('.env');
    if (!known) problems.push(`${file}: there is no ${path}`);
  }
  return paths;
}

/** What kubectl makes of a kustomization with its patches must fit, too. */
function problemsOfBuild(folder) {
  const { stdout, stderr, status, error } = spawnSync('kubectl', ['kustomize', folder], { encoding: 'utf8' });
  if (error) {
    console.error(`${folder}: NOT BUILT, kubectl cannot be run (${error.message})`);
    return process.env.LINT_DEPLOY === 'all' ? [`${folder}: needs kubectl`] : [];
  }
  if (status !== 0) return [`${folder}: ${stderr.trim()}`];
  return parseAllDocuments(stdout).flatMap((document) => {
    const manifest = document.toJS();
    const problem = problemOf(manifest);
    return problem ? [`${folder}, built: ${manifest.kind} ${manifest.metadata?.name}: ${problem}`] : [];
  });
}

/** Where the models of an API group are; the core group has no name. */
function moduleOf(apiVersion) {
  const custom = apiVersion.startsWith('keda.sh/');
  return custom ? `@kubernetes-models/keda/${apiVersion}` : `kubernetes-models/${apiVersion}`;
}

/** The schema's own verdict: types, required fields, allowed values. */
function problemOf(manifest) {
  try {
    const { [manifest.kind]: Model } = require(moduleOf(manifest.apiVersion));
    if (!Model) return `${manifest.apiVersion} has no ${manifest.kind}`;
    new Model(manifest).validate();
  } catch (error) {
    return error.message;
  }
  return undefined;
}

/** The schemas allow fields they do not know; TypeScript's check of object literals does not. */
function unknownFields() {
  const name = join(process.cwd(), '.config/deploy/manifests.ts');
  const lines = manifests.map(
    ({ manifest }, n) =>
      `export const m${n}: import('${moduleOf(manifest.apiVersion)}').I${manifest.kind} = ${JSON.stringify(manifest)};`,
  );
  const options = {
    noEmit: true,
    strict: true,
    module: ts.ModuleKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    skipLibCheck: true,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (path) => path === name || fileExists(path);
  host.readFile = (path) => (path === name ? lines.join('\n') : readFile(path));
  host.getSourceFile = (path, ...rest) =>
    path === name ? ts.createSourceFile(path, lines.join('\n'), rest[0]) : getSourceFile(path, ...rest);
  return ts.getPreEmitDiagnostics(ts.createProgram([name], options, host)).map(({ file, start = 0, messageText }) => {
    const text = ts.flattenDiagnosticMessageText(messageText, '; ').split('; ').slice(0, 2).join('; ');
    const { manifest, file: source } = manifests[file?.getLineAndCharacterOfPosition(start).line ?? 0];
    return `${source}: ${manifest.kind} ${manifest.metadata?.name}: ${text}`;
  });
}
