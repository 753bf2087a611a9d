/**
 * Prints the path of an nginx for the test of several hosts; fetches one where there is none. Plain Node, like
 * `chromium.mjs`.
 */
import { withSetupLock } from './bootstrap/lock.mjs';
import { ensureNginx } from './bootstrap/nginx.mjs';
import { passSignalsOn } from './bootstrap/processes.mjs';
import { say, SetupError } from './bootstrap/say.mjs';

passSignalsOn();
try {
  console.log(await withSetupLock(ensureNginx));
} catch (error) {
  say(error instanceof SetupError ? error.message : error.stack);
  process.exitCode = 1;
}
