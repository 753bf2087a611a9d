import cluster from 'node:cluster';
import { hurry, sharePort } from '@app/common';
import type { Config } from '@app/config';
import { serve } from '../serve.js';
import { isMessage } from './messages.js';
import { WorkerMetrics } from './worker-metrics.js';

/** One of several API processes: what a single one is, but that its primary tells it when to end. */
export async function runWorker(config: Config): Promise<void> {
  process.on('message', (message: unknown) => {
    if (isMessage(message, 'hurry')) hurry();
    // One that does not listen for signals yet has begun nothing that would have to be ended.
    if (isMessage(message, 'end') && !process.emit('SIGTERM', 'SIGTERM')) process.exit(0);
  });
  sharePort(
    () =>
      new Promise((resolve) => {
        process.on('message', (message: unknown) => {
          if (isMessage(message, 'goodbye')) resolve();
        });
        process.send?.({ kind: 'closed' });
      }),
  );
  await serve(config, new WorkerMetrics());
  // Else Node ends this process with its primary, at once; `endInTime` does it in order.
  if (cluster.worker) cluster.worker.exitedAfterDisconnect = true;
}
