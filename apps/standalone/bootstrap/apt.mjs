import { existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { TOOLS } from './paths.mjs';
import { runQuietly } from './processes.mjs';
import { say } from './say.mjs';

/**
 * Debian packages without an installation: downloaded and verified by apt, unpacked below `.tools`. It needs no root,
 * leaves the system as it is, and starts no system service on Redis's usual port.
 */
const STORE = join(TOOLS, 'debian');
const WORK = join(TOOLS, 'apt');

export function isDebianLike() {
  return existsSync('/usr/bin/apt-get') && existsSync('/usr/bin/dpkg-deb');
}

/** Where earlier calls have unpacked programs and libraries, and the directories below which they lie. */
export function fetched(store = STORE) {
  const names = existsSync(store) ? readdirSync(store).filter((name) => !name.startsWith('.')) : [];
  const roots = names.map((name) => join(store, name));
  const binaries = [];
  const libraries = [];
  for (const root of roots) {
    binaries.push(...['usr/bin', 'bin'].map((path) => join(root, path)).filter(existsSync));
    for (const base of ['usr/lib', 'lib'].map((path) => join(root, path)).filter(existsSync)) {
      libraries.push(
        ...readdirSync(base)
          .filter((name) => /-linux-/.test(name))
          .map((name) => join(base, name)),
      );
    }
  }
  return { roots, binaries, libraries };
}

/** Unpacks the missing parts; where that fails, installs them if this user may. Leaves judging the result to the caller. */
export async function fetchFromApt(missing) {
  const packages = missing.map(({ debian }) => debian);
  const problem = await unpackFromApt(packages, STORE);
  if (problem === null) return;
  say(`Unpacking them failed (${problem}); trying to install them …`);
  const root = userInfo().uid === 0;
  const args = ['apt-get', 'install', '-y', '--no-install-recommends', ...packages];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const [command, ...rest] = root ? args : ['sudo', '-n', ...args];
  const { code, output } = await runQuietly(command, rest, { env }).catch((error) => ({
    code: 1,
    output: error.message,
  }));
  if (code !== 0) say(`That failed, too: ${lastLine(output)}`);
}

/**
 * Downloads packages with what they need beyond the system's own, and unpacks them into one directory below `store`.
 * @returns null, or what went wrong in one line
 */
export async function unpackFromApt(packages, store) {
  say(`Fetching ${packages.join(' and ')} from the system's package sources …`);
  try {
    // The system's own lists first: they are there on most machines, and spare an update.
    const download = await downloadWith(packages, {});
    if (download.code !== 0) {
      const own = { 'Dir::State::Lists': join(WORK, 'lists') };
      mkdirSync(join(WORK, 'lists/partial'), { recursive: true });
      await apt(['update'], own);
      const again = await downloadWith(packages, own);
      if (again.code !== 0) return lastLine(again.output);
    }
    return await unpackArchives(join(WORK, 'cache/archives'), store);
  } finally {
    rmSync(WORK, { recursive: true, force: true });
  }
}

function downloadWith(packages, settings) {
  mkdirSync(join(WORK, 'cache/archives/partial'), { recursive: true });
  return apt(['install', '--download-only', '-y', '--no-install-recommends', ...packages], settings);
}

/** apt-get with directories of its own, no system-wide lock and none of the system's hooks. */
function apt(args, settings) {
  const all = {
    'Dir::Cache': join(WORK, 'cache'),
    'Dir::Cache::archives': 'archives/',
    'Debug::NoLocking': 'true',
    // The sandbox user could not write below a private home; apt's signature and hash checks stay.
    'APT::Sandbox::User': userInfo().username,
    'Acquire::Languages': 'none',
    'Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled': 'false',
    'Acquire::Retries': '2',
    ...settings,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name} "${value}";`);
  const file = join(WORK, 'apt.conf');
  writeFileSync(file, ['#clear APT::Update;', '#clear DPkg;', ...lines, ''].join('\n'));
  return runQuietly('apt-get', ['-q', '-c', file, ...args], { env: { ...process.env, LC_ALL: 'C' } });
}

async function unpackArchives(archives, store) {
  // The C library must match the system's loader: it is never replaced.
  const names = readdirSync(archives).filter((name) => name.endsWith('.deb') && !/^libc(6|-bin)_/.test(name));
  if (names.length === 0) return 'apt-get downloaded nothing';
  const root = join(
    store,
    names
      .map((name) => name.split('_')[0])
      .sort()
      .join('+')
      .slice(0, 120),
  );
  const fresh = join(store, `.new-${process.pid}`);
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  for (const name of names) {
    const { code, output } = await runQuietly('dpkg-deb', ['-x', join(archives, name), fresh]);
    if (code !== 0) return lastLine(output);
  }
  if (lstatSync(root, { throwIfNoEntry: false })) rmSync(root, { recursive: true, force: true });
  renameSync(fresh, root);
  return null;
}

function lastLine(output) {
  const lines = output.trim().split('\n');
  return (lines.findLast((line) => line.startsWith('E:')) ?? lines.at(-1) ?? '').trim();
}
