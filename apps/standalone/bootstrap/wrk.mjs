import { rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fetched, isDebianLike, unpackFromApt } from './apt.mjs';
import { findOnPath, isExecutable } from './on-path.mjs';
import { TOOLS } from './paths.mjs';
import { runQuietly } from './processes.mjs';
import { say, SetupError } from './say.mjs';

/** Apart from redis-server and libxgboost, which alone are on the PATH of the product. */
const HOME = join(TOOLS, 'wrk');
const PACKAGES = join(HOME, 'packages');
const LAUNCHER = join(HOME, 'wrk');

/**
 * wrk, for benchmarks only: the system's, or one that is fetched into `.tools`.
 * @returns its path
 */
export async function ensureWrk() {
  for (const path of [findOnPath('wrk'), LAUNCHER]) if (path !== null && (await runs(path))) return path;
  if (isDebianLike()) await fetchWrk();
  if (await runs(LAUNCHER)) return LAUNCHER;
  throw new SetupError(
    'Please install wrk, then run this again. (Debian and Ubuntu: apt-get install wrk; macOS: brew install wrk.)',
  );
}

/** Asked for its version, it says it and ends with 1, as if the call were wrong. */
async function runs(path) {
  if (!isExecutable(path)) return false;
  const { output } = await runQuietly(path, ['--version']).catch(() => ({ output: '' }));
  return output.startsWith('wrk ');
}

async function fetchWrk() {
  // What may be there does not run: it is from another release of the system.
  rmSync(HOME, { recursive: true, force: true });
  const problem = await unpackFromApt(['wrk'], PACKAGES);
  if (problem !== null) {
    say(`Unpacking it failed: ${problem}`);
    return;
  }
  const { roots, libraries } = fetched(PACKAGES);
  const [root = ''] = roots.map((path) => relative(HOME, path));
  const directories = libraries.map((path) => `$here/${relative(HOME, path)}`);
  writeFileSync(LAUNCHER, launcher(root, directories), { mode: 0o755 });
}

/** For this process alone, the libraries that were unpacked. */
function launcher(root, libraries) {
  return `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
export LD_LIBRARY_PATH="${libraries.join(':')}"
exec "$here/${root}/usr/bin/wrk" "$@"
`;
}
