import './young-generation.js';
import 'reflect-metadata';
import cluster from 'node:cluster';
import { loadConfigOrExit } from '@app/config';
import { migrateOrExit } from '@app/database';
import { Metrics, serveMetricsOrExit } from '@app/metrics';
import { runPrimary } from './cluster/primary.js';

const config = loadConfigOrExit('api');
if (cluster.isWorker) {
  const { runWorker } = await import('./cluster/worker.js');
  await runWorker(config);
} else if (config.webConcurrency > 1) {
  await runPrimary(config);
} else {
  await migrateOrExit(config.databaseUrl ?? '');
  const metrics = new Metrics();
  await serveMetricsOrExit(metrics, config, { port: config.metricsPort, setting: 'METRICS_PORT' });
  // Only now what it takes to answer requests: a primary does without.
  const { serve } = await import('./serve.js');
  await serve(config, metrics);
}
