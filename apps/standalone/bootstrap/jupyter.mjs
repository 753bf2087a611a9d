import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fetched, isDebianLike, unpackFromApt } from './apt.mjs';
import { findOnPath, isExecutable } from './on-path.mjs';
import { TOOLS } from './paths.mjs';
import { runQuietly } from './processes.mjs';
import { say, SetupError } from './say.mjs';

/** What the notebooks import, and what runs them. */
const MODULES = ['nbconvert', 'ipykernel', 'matplotlib', 'pandas', 'requests'];
const DEBIAN_PACKAGES = MODULES.map((name) => `python3-${name}`);
/** Apart from redis-server and libxgboost, so that its libraries are in nobody else's way. */
const HOME = join(TOOLS, 'jupyter');
const PACKAGES = join(HOME, 'packages');
const LAUNCHER = join(HOME, 'python3');
/** A compiler comes along with SciPy, which Matplotlib's fonts ask for: half of a gigabyte. */
const NEEDLESS = ['usr/include', 'usr/lib/gcc', 'usr/share/doc', 'usr/share/locale', 'usr/share/unicode'];

/**
 * A Python that runs notebooks: the chosen one, the system's, or one that is fetched into `.tools`.
 * @returns its path
 */
export async function ensureJupyter() {
  const chosen = process.env.PYTHON;
  if (chosen) {
    if (await runsNotebooks(chosen)) return chosen;
    throw new SetupError(`PYTHON names ${chosen}, which is no Python with ${MODULES.join(', ')}.`);
  }
  for (const path of [findOnPath('python3'), '/usr/bin/python3', LAUNCHER]) {
    if (path !== null && (await runsNotebooks(path))) return path;
  }
  if (isDebianLike()) await fetchJupyter();
  if (await runsNotebooks(LAUNCHER)) return LAUNCHER;
  throw new SetupError(
    `Please install Python with ${MODULES.join(', ')}, or set PYTHON to the path of one, then run this again. ` +
      `(Debian: apt-get install ${DEBIAN_PACKAGES.join(' ')}; elsewhere: pip install ${MODULES.join(' ')}.)`,
  );
}

async function runsNotebooks(path) {
  if (!isExecutable(path)) return false;
  const { code } = await runQuietly(path, ['-c', `import ${MODULES.join(', ')}, matplotlib.pyplot`]).catch(() => ({
    code: 1,
  }));
  return code === 0;
}

async function fetchJupyter() {
  // What may be there does not run: it is from another release of the system.
  rmSync(HOME, { recursive: true, force: true });
  const problem = await unpackFromApt(DEBIAN_PACKAGES, PACKAGES);
  if (problem !== null) {
    say(`Unpacking it failed: ${problem}`);
    return;
  }
  const { roots, libraries } = fetched(PACKAGES);
  for (const root of roots) {
    for (const path of NEEDLESS) rmSync(join(root, path), { recursive: true, force: true });
    completeMatplotlib(root);
  }
  const below = (directories) => directories.map((path) => relative(HOME, path));
  writeFileSync(LAUNCHER, launcher(below(roots), below(libraries)), { mode: 0o755 });
  // The packages' own names /usr/bin/python3, which would not find the rest, or is not there.
  const kernel = join(HOME, 'share/kernels/python3');
  mkdirSync(kernel, { recursive: true });
  const argv = [LAUNCHER, '-m', 'ipykernel_launcher', '-f', '{connection_file}'];
  writeFileSync(join(kernel, 'kernel.json'), JSON.stringify({ argv, display_name: 'Python 3', language: 'python' }));
}

/** Debian's looks for its data in /usr/share unless it is beside it. */
function completeMatplotlib(root) {
  const code = join(root, 'usr/lib/python3/dist-packages/matplotlib');
  if (existsSync(code)) symlinkSync('../../../../share/matplotlib/mpl-data', join(code, 'mpl-data'));
}

/** The system's Python where it has one: then only what it lacks was unpacked. */
function launcher([root], libraries) {
  // On an installed system, links lead to the libraries of linear algebra.
  const directories = libraries.flatMap((path) => [path, `${path}/blas`, `${path}/lapack`]);
  return `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
root="$here/${root}"
export LD_LIBRARY_PATH="${directories.map((path) => `$here/${path}`).join(':')}"
export PYTHONPATH="$root/usr/lib/python3/dist-packages"
export JUPYTER_PATH="$here/share"
[ -e "$root/etc/matplotlibrc" ] && export MATPLOTLIBRC="$root/etc/matplotlibrc"
python="$root/usr/bin/python3"
[ -x "$python" ] || python=/usr/bin/python3
exec "$python" "$@"
`;
}
