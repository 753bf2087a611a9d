import { rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fetched, isDebianLike, unpackFromApt } from './apt.mjs';
import { findOnPath, isExecutable } from './on-path.mjs';
import { TOOLS } from './paths.mjs';
import { runQuietly } from './processes.mjs';
import { say, SetupError } from './say.mjs';

/** Apart from redis-server and libxgboost, which alone are on the PATH of the product. */
const HOME = join(TOOLS, 'nginx');
const PACKAGES = join(HOME, 'packages');
const LAUNCHER = join(HOME, 'nginx');
/** Not on everybody's PATH. */
const SYSTEM = ['/usr/sbin/nginx', '/usr/local/sbin/nginx', '/opt/homebrew/bin/nginx'];

/**
 * An nginx for the tests: the system's, or one that is fetched into `.tools`; no service is installed or started.
 * @returns its path
 */
export async function ensureNginx() {
  const found = await findNginx();
  if (found) return found;
  if (isDebianLike()) await fetchNginx();
  if (await runs(LAUNCHER)) return LAUNCHER;
  throw new SetupError(
    'Please install nginx, then run this again. (Debian and Ubuntu: apt-get install nginx; macOS: brew install nginx.)',
  );
}

async function findNginx() {
  for (const path of [findOnPath('nginx'), ...SYSTEM, LAUNCHER]) if (path !== null && (await runs(path))) return path;
  return null;
}

async function runs(path) {
  if (!isExecutable(path)) return false;
  const { code } = await runQuietly(path, ['-v']).catch(() => ({ code: 1 }));
  return code === 0;
}

async function fetchNginx() {
  // What may be there does not run: it is from another release of the system.
  rmSync(HOME, { recursive: true, force: true });
  const problem = await unpackFromApt(['nginx'], PACKAGES);
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
exec "$here/${root}/usr/sbin/nginx" "$@"
`;
}
