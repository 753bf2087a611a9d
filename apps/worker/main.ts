import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { endInTime, exitWithParent, logger, tellParent } from '@app/common';
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
endInTime();
exitWithParent(worker);
tellParent({ ready: true });
