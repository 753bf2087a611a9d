import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fetchFromApt, fetched, isDebianLike } from './apt.mjs';
import { installWithHomebrew } from './homebrew.mjs';
import { findOnPath } from './on-path.mjs';
import { runQuietly } from './processes.mjs';
import { SetupError } from './say.mjs';

/** What the service needs of the system, each with the Debian package that carries it. */
const REDIS = { name: 'redis-server', debian: 'redis-server' };
const XGBOOST = { name: 'libxgboost', debian: 'libxgboost0' };

/** Where a library may lie without the dynamic loader's cache knowing of it. */
const LIBRARY_DIRECTORIES = [
  '/usr/local/lib',
  '/usr/lib64',
  '/usr/lib',
  '/opt/homebrew/lib',
  '/opt/homebrew/opt/xgboost/lib',
];

/**
 * Makes sure of redis-server and libxgboost: the system's where it has them, fetched otherwise.
 * @returns the environment in which the project's processes find both
 */
export async function ensureSystemParts({ needsRedis }) {
  checkChosenLibrary();
  let environment = await environmentNow();
  let missing = await missingParts(environment, needsRedis);
  if (missing.length === 0) return environment;
  if (process.platform === 'darwin') await installWithHomebrew(missing);
  else if (isDebianLike()) await fetchFromApt(missing);
  environment = await environmentNow();
  missing = await missingParts(environment, needsRedis);
  if (missing.length > 0) throw new SetupError(whatToInstall(missing));
  return environment;
}

function whatToInstall(missing) {
  const names = missing.map(({ name }) => name).join(' and ');
  const hint = missing.includes(XGBOOST) ? ' or set XGBOOST_LIBRARY to the path of libxgboost.so' : '';
  return `Please install ${names}${hint}, then run this again. (Debian and Ubuntu: apt-get install ${missing
    .map(({ debian }) => debian)
    .join(' ')}; macOS: brew install redis xgboost.)`;
}

function checkChosenLibrary() {
  const chosen = process.env.XGBOOST_LIBRARY;
  if (chosen && !existsSync(chosen)) throw new SetupError(`XGBOOST_LIBRARY names ${chosen}, which does not exist.`);
}

async function missingParts(environment, needsRedis) {
  const missing = [];
  if (needsRedis && findOnPath('redis-server', environment.PATH) === null) missing.push(REDIS);
  if (!environment.XGBOOST_LIBRARY && !(await loaderKnowsXgboost())) missing.push(XGBOOST);
  return missing;
}

/** The environment with what was fetched before put after the system's own parts. */
async function environmentNow() {
  const { binaries, libraries } = fetched();
  const environment = { ...process.env };
  if (process.platform === 'darwin') binaries.push('/opt/homebrew/bin', '/usr/local/bin');
  environment.PATH = [process.env.PATH, ...binaries].filter(Boolean).join(delimiter);
  if (libraries.length > 0) {
    environment.LD_LIBRARY_PATH = [process.env.LD_LIBRARY_PATH, ...libraries].filter(Boolean).join(delimiter);
  }
  if (!environment.XGBOOST_LIBRARY && !(await loaderKnowsXgboost())) {
    const found = findLibrary([...LIBRARY_DIRECTORIES, ...libraries]);
    if (found) environment.XGBOOST_LIBRARY = found;
  }
  return environment;
}

async function loaderKnowsXgboost() {
  if (process.platform !== 'linux') return false;
  for (const ldconfig of ['/sbin/ldconfig', '/usr/sbin/ldconfig']) {
    if (existsSync(ldconfig)) return (await runQuietly(ldconfig, ['-p'])).output.includes('libxgboost.so');
  }
  return false;
}

function findLibrary(directories) {
  for (const directory of directories) {
    const names = existsSync(directory) ? readdirSync(directory) : [];
    const name = names.find((entry) => /^libxgboost\.(so(\.0)?|dylib)$/.test(entry));
    if (name) return join(directory, name);
  }
  return null;
}
