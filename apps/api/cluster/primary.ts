import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { Logger } from '@nestjs/common';
import { ENDING_SIGNALS, logger, tellParent } from '@app/common';
import type { Config } from '@app/config';
import { migrateOrExit } from '@app/database';
import { serveMetricsOrExit } from '@app/metrics';
import { ApiProcess } from './api-process.js';
import { ClosingTogether } from './closing-together.js';
import { giveBackConnections } from './give-back-connections.js';
import { SummedMetrics } from './summed-metrics.js';

/** A process ends within SHUTDOWN_SECONDS by itself, unless it hangs; then it is killed, so much later. */
const SPARE_MILLISECONDS = 500;

/**
 * Keeps WEB_CONCURRENCY API processes behind one port, and hands each new connection to the next of them. It takes no
 * request itself, and loads none of what they need.
 */
export async function runPrimary(config: Config): Promise<void> {
  Logger.overrideLogger(logger(config));
  await migrateOrExit(config.databaseUrl ?? '');
  const processes: ApiProcess[] = [];
  const metrics = new SummedMetrics(() =>
    processes.flatMap(({ number, serving }) => (serving ? [{ number, worker: serving }] : [])),
  );
  await serveMetricsOrExit(metrics, config, { port: config.metricsPort, setting: 'METRICS_PORT' });
  const closing = new ClosingTogether(
    () => processes.flatMap(({ serving }) => serving ?? []),
    () => ending.aborted,
  );
  const fork = forking(await portOf(config), processes, [metrics, closing]);
  for (let number = 1; number <= config.webConcurrency; number++) processes.push(new ApiProcess(number, fork));
  const ending = endTogether(processes, config);
  try {
    tellParent({ listening: await startAll(processes) });
  } catch {
    // The process that did not start has said why. The others end with this one.
    if (!ending.aborted) process.exit(1);
  }
}

/** The first by itself: what keeps all from starting is said once. @returns where they listen */
async function startAll([first, ...others]: readonly ApiProcess[]): Promise<string> {
  const address = await first?.start();
  await Promise.all(others.map((each) => each.start()));
  return address ?? '';
}

function forking(
  port: number,
  processes: readonly ApiProcess[],
  heeding: readonly (SummedMetrics | ClosingTogether)[],
): () => Worker {
  // Figures may be NaN, which JSON does not have.
  cluster.setupPrimary({ serialization: 'advanced' });
  cluster.schedulingPolicy = cluster.SCHED_RR;
  return () => {
    const worker = cluster.fork({ PORT: String(port) });
    giveBackConnections(worker, () => processes.some(({ serving }) => serving !== null && serving !== worker));
    for (const each of heeding) each.listenTo(worker);
    return worker;
  };
}

/** The port of all, also of those that come later: where any will do, one that was free a moment ago. */
async function portOf({ port, host }: Config): Promise<number> {
  if (port !== 0) return port;
  const server = createServer();
  try {
    await once(server.listen(0, host), 'listening');
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  } catch {
    // The first process finds that, too, and says so.
    return 0;
  } finally {
    server.close();
  }
}

/**
 * Ends the processes and then this one, when it is told to or loses its parent. A second time hurries them.
 * @returns aborted once the end has begun
 */
function endTogether(processes: readonly ApiProcess[], config: Config): AbortSignal {
  const begun = new AbortController();
  const end = async (): Promise<void> => {
    if (begun.signal.aborted) {
      for (const each of processes) each.hurry();
      return;
    }
    begun.abort();
    setTimeout(() => {
      const left = processes.flatMap(({ running }) => running ?? []);
      new Logger('Shutdown').error(`killed ${left.length} API processes that had not ended (SHUTDOWN_SECONDS)`);
      for (const { process } of left) process.kill('SIGKILL');
    }, config.shutdownMilliseconds + SPARE_MILLISECONDS);
    const well = await Promise.all(processes.map((each) => each.end()));
    process.exit(well.every(Boolean) ? 0 : 1);
  };
  for (const event of [...ENDING_SIGNALS, 'disconnect']) process.on(event, () => void end());
  return begun.signal;
}
