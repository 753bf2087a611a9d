import { createHash } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NODE_MODULES, ROOT } from './paths.mjs';
import { runQuietly } from './processes.mjs';
import { say, SetupError } from './say.mjs';

const LOCK_FILE = join(ROOT, 'package-lock.json');
/** Inside node_modules, which `npm ci` empties first: an interrupted install has no marker. */
const MARKER = join(NODE_MODULES, '.installed-for');

/** `npm ci`, when node_modules is missing, unfinished or from another lock file. */
export async function installPackages() {
  if (isInstalled()) return;
  say('Installing the packages of package-lock.json (npm ci) …');
  const { command, prefix } = npm();
  const args = [...prefix, 'ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  const { code, output } = await runQuietly(command, args, { cwd: ROOT });
  if (code !== 0) throw new SetupError(`npm ci failed (exit code ${code}):\n${output.trim()}`);
  writeFileSync(MARKER, wanted());
}

function isInstalled() {
  const marker = attempt(() => readFileSync(MARKER, 'utf8'));
  if (marker !== null) return marker === wanted();
  // Installed by hand: npm writes its hidden lock file last.
  const written = attempt(() => statSync(join(NODE_MODULES, '.package-lock.json')).mtimeMs);
  return written !== null && written >= statSync(LOCK_FILE).mtimeMs;
}

function wanted() {
  return createHash('sha256').update(readFileSync(LOCK_FILE)).digest('hex');
}

/** The npm that runs this script, otherwise the one of the PATH. */
function npm() {
  const script = process.env.npm_execpath;
  return script?.endsWith('.js') ? { command: process.execPath, prefix: [script] } : { command: 'npm', prefix: [] };
}

function attempt(read) {
  try {
    return read();
  } catch {
    return null;
  }
}
