import { runQuietly } from './processes.mjs';
import { say, SetupError } from './say.mjs';

const FORMULAE = { 'redis-server': 'redis', libxgboost: 'xgboost' };

/** Installs the missing parts with Homebrew, which starts no service by itself. */
export async function installWithHomebrew(missing) {
  const formulae = missing.map(({ name }) => FORMULAE[name]);
  say(`Installing ${formulae.join(' and ')} with Homebrew …`);
  const { code, output } = await runQuietly('brew', ['install', '--quiet', ...formulae]);
  if (code !== 0) throw new SetupError(`brew install ${formulae.join(' ')} failed:\n${output.trim()}`);
}
