import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { endInTime, logger, tellParent } from '@app/common';
import { loadConfigOrExit } from '@app/config';
import { migrateOrExit } from '@app/database';
import { Metrics, serveMetricsOrExit } from '@app/metrics';
import { WorkerModule } from './worker.module.js';

const config = loadConfigOrExit('worker');
await migrateOrExit(config.databaseUrl ?? '');
const metrics = new Metrics();
await serveMetricsOrExit(metrics, config, { port: config.workerMetricsPort, setting: 'WORKER_METRICS_PORT' });
const worker = await NestFactory.createApplicationContext(WorkerModule.forRoot(config, metrics), {
  logger: logger(config),
});
worker.enableShutdownHooks();
endInTime(worker, config, () => 'a training that was under way is begun anew by the next worker');
tellParent({ ready: true });
