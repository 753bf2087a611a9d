import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fetched, isDebianLike, unpackFromApt } from './apt.mjs';
import { findOnPath } from './on-path.mjs';
import { TOOLS } from './paths.mjs';
import { runQuietly } from './processes.mjs';
import { say, SetupError } from './say.mjs';

/** Apart from redis-server and libxgboost, which alone are on the PATH of the product. */
const HOME = join(TOOLS, 'prometheus');

/**
 * Prometheus and its promtool, for checks only: the system's, or fetched into `.tools`.
 * @returns their paths
 */
export async function ensurePrometheus() {
  const found = await findPrometheus();
  if (found) return found;
  if (isDebianLike()) {
    // What may be there does not run: it is from another release of the system.
    rmSync(HOME, { recursive: true, force: true });
    const problem = await unpackFromApt(['prometheus'], HOME);
    if (problem !== null) say(`Unpacking it failed: ${problem}`);
  }
  const now = await findPrometheus();
  if (now) return now;
  throw new SetupError(
    'Please install Prometheus with its promtool, then run this again. ' +
      '(Debian and Ubuntu: apt-get install prometheus; macOS: brew install prometheus.)',
  );
}

async function findPrometheus() {
  const path = [process.env.PATH, ...fetched(HOME).binaries].filter(Boolean).join(':');
  const [prometheus, promtool] = ['prometheus', 'promtool'].map((name) => findOnPath(name, path));
  return prometheus && promtool && (await runs(prometheus)) && (await runs(promtool)) ? { prometheus, promtool } : null;
}

async function runs(path) {
  const { code } = await runQuietly(path, ['--version']).catch(() => ({ code: 1 }));
  return code === 0;
}
