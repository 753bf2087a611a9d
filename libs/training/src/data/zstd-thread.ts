import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { unzstd, type UnzstdJob, type UnpackOutcome } from './unzstd.js';

/**
 * Unpacks a zstd file to `plain` in a thread of its own: the decoder works in one go, and gives back what memory it
 * took only when its thread ends.
 * @throws the file system's error; the signal's reason
 */
export function unpackZstd(job: Omit<UnzstdJob, 'decoder'>, signal?: AbortSignal): Promise<UnpackOutcome> {
  signal?.throwIfAborted();
  const decoder = pathToFileURL(createRequire(import.meta.url).resolve('zstddec/stream')).href;
  const source =
    `(${unzstd.toString()})(require('node:fs'),${JSON.stringify({ ...job, decoder })})` +
    `.then((outcome) => require('node:worker_threads').parentPort.postMessage(outcome));`;
  const worker = new Worker(source, { eval: true, name: 'zstd', execArgv: [], env: {} });
  return new Promise<UnpackOutcome>((resolve, reject) => {
    const stop = (): void => {
      // A reason is an error wherever a signal is aborted here.
      reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted', { cause: signal?.reason }));
    };
    signal?.addEventListener('abort', stop, { once: true });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => {
      signal?.removeEventListener('abort', stop);
      reject(new Error(`the thread that unpacks zstd ended with ${code}`));
    });
  }).finally(() => worker.terminate());
}
