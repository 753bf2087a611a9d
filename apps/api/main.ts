import 'reflect-metadata';
import { loadConfigOrExit } from '@app/config';
import { migrateOrExit } from '@app/database';
import { Metrics, serveMetricsOrExit } from '@app/metrics';
import { serve } from './serve.js';

const config = loadConfigOrExit('api');
await migrateOrExit(config.databaseUrl ?? '');
const metrics = new Metrics();
await serveMetricsOrExit(metrics, config, { port: config.metricsPort, setting: 'METRICS_PORT' });
await serve(config, metrics);
