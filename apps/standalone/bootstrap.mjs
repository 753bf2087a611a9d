/**
 * The two commands of a fresh clone: `npm start` and `npm test`, and `npm run simulate`. Plain Node, since nothing is
 * installed yet. Makes sure of packages, redis-server, libxgboost and the build, then hands over.
 *
 *   node apps/standalone/bootstrap.mjs start | test [Jest's arguments] | simulate [arguments]
 *                                      prepare | exec script.js [arguments]
 */
import { join } from 'node:path';
import { build } from './bootstrap/build.mjs';
import { withSetupLock } from './bootstrap/lock.mjs';
import { installPackages } from './bootstrap/packages.mjs';
import { DIST, NODE_MODULES, ROOT } from './bootstrap/paths.mjs';
import { passSignalsOn, runInForeground, stopWhenNpmIsGone } from './bootstrap/processes.mjs';
import { say, SetupError } from './bootstrap/say.mjs';
import { ensureSystemParts } from './bootstrap/system-parts.mjs';

const NODE_NEEDED = [20, 19];

const COMMANDS = {
  start: () => ({ args: [join(DIST, 'apps/standalone/main.js')], apart: true }),
  simulate: (rest) => ({ args: [join(DIST, 'apps/standalone/simulate.js'), ...rest] }),
  test: (rest) => ({
    args: [
      '--experimental-vm-modules',
      '--disable-warning=ExperimentalWarning',
      join(NODE_MODULES, 'jest/bin/jest.js'),
      '--config',
      join(ROOT, '.config/jest.mjs'),
      ...rest,
    ],
    cwd: ROOT,
  }),
  /** Only the set-up. */
  prepare: () => null,
  /** A script of the project, such as a benchmark, with redis-server and libxgboost within its reach. */
  exec: (rest) => ({ args: rest }),
};

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > NODE_NEEDED[0] || (major === NODE_NEEDED[0] && minor >= NODE_NEEDED[1])) return;
  throw new SetupError(`Node ${NODE_NEEDED.join('.')} or newer is needed; this is ${process.versions.node}.`);
}

/** `.env` may name the services to use; tests must not see it. */
function loadDotEnv() {
  try {
    process.loadEnvFile();
  } catch (error) {
    if (error.code !== 'ENOENT') throw new SetupError(`.env cannot be read: ${error.message}`);
  }
}

async function main() {
  checkNode();
  const [command = '', ...rest] = process.argv.slice(2);
  if (!Object.hasOwn(COMMANDS, command))
    throw new SetupError(`Usage: bootstrap.mjs ${Object.keys(COMMANDS).join(' | ')}`);
  if (command === 'start') loadDotEnv();
  passSignalsOn();
  stopWhenNpmIsGone();
  const needsRedis =
    command !== 'simulate' && !(command === 'start' && process.env.DATABASE_URL && process.env.REDIS_URL);
  const env = await withSetupLock(async () => {
    const [parts] = await Promise.all([ensureSystemParts({ needsRedis }), installPackages()]);
    await build();
    return parts;
  });
  const run = COMMANDS[command](rest);
  return run === null ? 0 : runInForeground(process.execPath, run.args, { ...run, env });
}

try {
  process.exitCode = await main();
} catch (error) {
  say(error instanceof SetupError ? error.message : error.stack);
  process.exit(1);
}
