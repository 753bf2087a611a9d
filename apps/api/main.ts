import 'reflect-metadata';
import { ApiKeyTakenError } from '@app/auth';
import { endInTime, exitWithParent, tellParent, whyNotListening } from '@app/common';
import { loadConfigOrExit } from '@app/config';
import { migrateOrExit } from '@app/database';
import { Metrics, serveMetricsOrExit } from '@app/metrics';
import { createApi } from './create-api.js';

const config = loadConfigOrExit('api');
await migrateOrExit(config.databaseUrl ?? '');
const metrics = new Metrics();
await serveMetricsOrExit(metrics, config, { port: config.metricsPort, setting: 'METRICS_PORT' });
const api = await createApi(config, metrics);
try {
  await api.listen(config.port, config.host);
} catch (error) {
  console.error(error instanceof ApiKeyTakenError ? error.message : whyNotListening(error, config));
  process.exit(1);
}
endInTime(config.drainMilliseconds);
exitWithParent(api);
tellParent({ listening: await api.getUrl() });
