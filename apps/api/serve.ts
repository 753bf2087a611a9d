import { ApiKeyTakenError } from '@app/auth';
import { endInTime, tellParent, whyNotListening } from '@app/common';
import type { Config } from '@app/config';
import type { Metrics } from '@app/metrics';
import { createApi } from './create-api.js';

/** One API process, from its modules to its open port. What keeps it from starting is said in a line, with exit code 1. */
export async function serve(config: Config, metrics: Metrics): Promise<void> {
  const api = await createApi(config, metrics);
  try {
    await api.listen(config.port, config.host);
  } catch (error) {
    console.error(error instanceof ApiKeyTakenError ? error.message : whyNotListening(error, config));
    process.exit(1);
  }
  endInTime(api, config, async () => {
    const [requests, decisions] = await Promise.all([
      metrics.valueOf('fraud_http_requests_in_flight'),
      metrics.valueOf('fraud_decision_log_waiting'),
    ]);
    return `${requests} requests under way, ${decisions} decisions not stored`;
  });
  tellParent({ listening: await api.getUrl() });
}
