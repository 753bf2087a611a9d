import { rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fetched, isDebianLike, unpackFromApt } from './apt.mjs';
import { findOnPath, isExecutable } from './on-path.mjs';
import { TOOLS } from './paths.mjs';
import { runQuietly } from './processes.mjs';
import { say, SetupError } from './say.mjs';

const COMMANDS = [
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
];
const MAC_APPLICATIONS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** Chromium without its window: all that a test needs. */
const DEBIAN_PACKAGE = 'chromium-headless-shell';
/** Apart from redis-server and libxgboost, so that its libraries are in nobody else's way. */
const HOME = join(TOOLS, 'chromium');
const PACKAGES = join(HOME, 'packages');
const LAUNCHER = join(HOME, 'chromium');

/**
 * A Chromium or Chrome for the tests: the chosen one, the system's, or one that is fetched into `.tools`.
 * @returns its path
 */
export async function ensureChromium() {
  const chosen = process.env.CHROMIUM;
  if (chosen) {
    if (await runs(chosen)) return chosen;
    throw new SetupError(`CHROMIUM names ${chosen}, which is no Chromium that runs here.`);
  }
  const found = await findChromium();
  if (found) return found;
  if (isDebianLike()) await fetchChromium();
  if (await runs(LAUNCHER)) return LAUNCHER;
  throw new SetupError(
    'Please install Chromium or Chrome, or set CHROMIUM to the path of one, then run this again. ' +
      `(Debian: apt-get install ${DEBIAN_PACKAGE}; macOS: brew install --cask google-chrome.)`,
  );
}

async function findChromium() {
  const onPath = COMMANDS.map((command) => findOnPath(command)).filter((path) => path !== null);
  for (const path of [...onPath, ...MAC_APPLICATIONS, LAUNCHER]) if (await runs(path)) return path;
  return null;
}

/** Ubuntu's chromium-browser, for one, may be a script that only says what to install. */
async function runs(path) {
  if (!isExecutable(path)) return false;
  const { code } = await runQuietly(path, ['--version']).catch(() => ({ code: 1 }));
  return code === 0;
}

async function fetchChromium() {
  // What may be there does not run: it is from another release of the system.
  rmSync(HOME, { recursive: true, force: true });
  const problem = await unpackFromApt([DEBIAN_PACKAGE], PACKAGES);
  if (problem !== null) {
    say(`Unpacking it failed: ${problem}`);
    return;
  }
  const { roots, libraries } = fetched(PACKAGES);
  const below = (directories) => directories.map((path) => relative(HOME, path));
  writeFileSync(join(HOME, 'fonts.conf'), fontSettings(below(roots)));
  writeFileSync(LAUNCHER, launcher(below(roots), below(libraries)), { mode: 0o755 });
}

/** The packages' own settings, with absolute paths, are for installed ones; without a font Chromium ends. */
function fontSettings(roots) {
  const unpacked = roots.map((root) => `  <dir prefix="relative">${root}/usr/share/fonts</dir>`);
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
${unpacked.join('\n')}
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;
}

/** For this process alone, the libraries that were unpacked. */
function launcher([root], libraries) {
  // PulseAudio's client has a library in a directory of its own.
  const directories = libraries.flatMap((path) => [path, `${path}/pulseaudio`]);
  return `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
export LD_LIBRARY_PATH="${directories.map((path) => `$here/${path}`).join(':')}"
export FONTCONFIG_FILE="$here/fonts.conf"
exec "$here/${root}/usr/lib/chromium/${DEBIAN_PACKAGE}" "$@"
`;
}
