/**
 * Prints the path of a Chromium or Chrome for the tests; fetches one where there is none. Plain Node, like
 * `bootstrap.mjs`, apart from which it is because only a test of the docs page needs it.
 */
import { ensureChromium } from './bootstrap/chromium.mjs';
import { withSetupLock } from './bootstrap/lock.mjs';
import { passSignalsOn } from './bootstrap/processes.mjs';
import { say, SetupError } from './bootstrap/say.mjs';

passSignalsOn();
try {
  console.log(await withSetupLock(ensureChromium));
} catch (error) {
  say(error instanceof SetupError ? error.message : error.stack);
  process.exitCode = 1;
}
