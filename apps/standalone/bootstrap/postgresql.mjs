import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fetched, isDebianLike, unpackFromApt } from './apt.mjs';
import { findOnPath, isExecutable } from './on-path.mjs';
import { TOOLS } from './paths.mjs';
import { runQuietly } from './processes.mjs';
import { say, SetupError } from './say.mjs';

/** A server with its clients, of one version: pg_dump refuses a server that is newer than itself. */
const PROGRAMS = ['initdb', 'postgres', 'createdb', 'pg_dump', 'pg_restore', 'psql'];
const DEBIAN_PACKAGE = 'postgresql';
/** Root's PostgreSQL runs as another user, who must get to its programs; a clone may be private. */
const HOME = userInfo().uid === 0 ? '/var/lib/fraud-scoring/postgresql' : join(TOOLS, 'postgresql');
const PACKAGES = join(HOME, 'packages');
const LAUNCHERS = join(HOME, 'bin');
/** Where Debian and Homebrew keep each version apart. */
const SYSTEM = '/usr/lib/postgresql';
const HOMEBREW = '/opt/homebrew/opt';

/**
 * A PostgreSQL with the programs that the embedded one lacks, as pg_dump: the chosen one, the system's, or one that is
 * fetched.
 * @returns the directory of its programs
 */
export async function ensurePostgresql() {
  const chosen = process.env.POSTGRESQL_BIN;
  if (chosen) {
    if (await isComplete(chosen)) return chosen;
    throw new SetupError(`POSTGRESQL_BIN names ${chosen}, which lacks one of ${PROGRAMS.join(', ')}.`);
  }
  const onPath = findOnPath('postgres');
  const candidates = [
    ...versionsIn(SYSTEM),
    ...(onPath === null ? [] : [dirname(onPath)]),
    ...versionsIn(HOMEBREW, /^postgresql/),
    LAUNCHERS,
  ];
  for (const directory of candidates) if (await isComplete(directory)) return directory;
  if (isDebianLike()) await fetchPostgresql();
  if (await isComplete(LAUNCHERS)) return LAUNCHERS;
  throw new SetupError(
    'Please install PostgreSQL, server and clients, or set POSTGRESQL_BIN to the directory of its programs, then run ' +
      `this again. (Debian: apt-get install ${DEBIAN_PACKAGE}; macOS: brew install postgresql.)`,
  );
}

/** The newest first. */
function versionsIn(directory, name = /^\d+$/) {
  const names = existsSync(directory) ? readdirSync(directory).filter((each) => name.test(each)) : [];
  const newestFirst = names.sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  return newestFirst.map((each) => join(directory, each, 'bin'));
}

async function isComplete(directory) {
  const paths = PROGRAMS.map((name) => join(directory, name));
  if (!paths.every(isExecutable)) return false;
  const answers = await Promise.all(paths.map((path) => runQuietly(path, ['--version']).catch(() => ({ code: 1 }))));
  const versions = answers.map(({ code, output }) => (code === 0 ? /\) (\d+)/.exec(output)?.[1] : undefined));
  return versions[0] !== undefined && versions.every((version) => version === versions[0]);
}

async function fetchPostgresql() {
  rmSync(HOME, { recursive: true, force: true });
  const problem = await unpackFromApt([DEBIAN_PACKAGE], PACKAGES);
  if (problem !== null) {
    say(`Unpacking it failed: ${problem}`);
    return;
  }
  const { roots, libraries } = fetched(PACKAGES);
  const directories = [...roots.flatMap((root) => versionsIn(join(root, SYSTEM))), ...versionsIn(SYSTEM)];
  mkdirSync(LAUNCHERS);
  for (const name of PROGRAMS) {
    // The clients may be the system's: then only the server was unpacked.
    const program = directories.map((directory) => join(directory, name)).find(isExecutable);
    if (program) writeFileSync(join(LAUNCHERS, name), launcher(program, libraries), { mode: 0o755 });
  }
}

/** For this process alone, the libraries that were unpacked. */
function launcher(program, libraries) {
  const path = (target) => (target.startsWith(HOME) ? `$here/${relative(LAUNCHERS, target)}` : target);
  return `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
export LD_LIBRARY_PATH="${libraries.map(path).join(':')}"
exec "${path(program)}" "$@"
`;
}
