/**
 * Prints where a tool is that some tests or benchmarks need; fetches it where there is none. Plain Node, like `bootstrap.mjs`, apart
 * from which it is because most tests need none of them.
 *
 *   node apps/standalone/tool.mjs chromium | jupyter | nginx | postgresql | prometheus | promtool | wrk
 */
import { ensureChromium } from './bootstrap/chromium.mjs';
import { ensureJupyter } from './bootstrap/jupyter.mjs';
import { withSetupLock } from './bootstrap/lock.mjs';
import { ensureNginx } from './bootstrap/nginx.mjs';
import { ensurePostgresql } from './bootstrap/postgresql.mjs';
import { passSignalsOn } from './bootstrap/processes.mjs';
import { ensurePrometheus } from './bootstrap/prometheus.mjs';
import { say, SetupError } from './bootstrap/say.mjs';
import { ensureWrk } from './bootstrap/wrk.mjs';

const TOOLS = {
  chromium: ensureChromium,
  jupyter: ensureJupyter,
  nginx: ensureNginx,
  postgresql: ensurePostgresql,
  prometheus: async () => (await ensurePrometheus()).prometheus,
  promtool: async () => (await ensurePrometheus()).promtool,
  wrk: ensureWrk,
};

passSignalsOn();
try {
  const name = process.argv[2] ?? '';
  if (!Object.hasOwn(TOOLS, name)) throw new SetupError(`Usage: tool.mjs ${Object.keys(TOOLS).join(' | ')}`);
  console.log(await withSetupLock(TOOLS[name]));
} catch (error) {
  say(error instanceof SetupError ? error.message : error.stack);
  process.exitCode = 1;
}
