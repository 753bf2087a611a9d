/**
 * Prints the paths of Prometheus and promtool as JSON, for the test of the dashboards; fetches them where there are none.
 * Plain Node, like `chromium.mjs`.
 */
import { withSetupLock } from './bootstrap/lock.mjs';
import { passSignalsOn } from './bootstrap/processes.mjs';
import { ensurePrometheus } from './bootstrap/prometheus.mjs';
import { say, SetupError } from './bootstrap/say.mjs';

passSignalsOn();
try {
  console.log(JSON.stringify(await withSetupLock(ensurePrometheus)));
} catch (error) {
  say(error instanceof SetupError ? error.message : error.stack);
  process.exitCode = 1;
}
