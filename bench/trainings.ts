import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type BenchService, KEY } from './service.js';

const POLL_MILLISECONDS = 250;
/** Transactions of one batch: well below what the route takes. */
const BATCH = 5_000;

/** What `GET /v1/training/{id}` answers, as far as benchmarks need it. */
export interface TrainingJob {
  readonly id: number;
  readonly status: string;
  readonly version: number;
  readonly promoted: boolean;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly created_at: string;
  readonly finished_at: string;
}

/** What `GET /v1/models/{model}/versions/{version}` answers, as far as benchmarks need it. */
export interface TrainedVersion {
  readonly metrics: Readonly<Record<string, unknown>>;
  readonly lineage: {
    readonly split: { readonly holdout_rows: number };
    readonly params: Readonly<Record<string, number>>;
  };
}

/** @returns the id of the uploaded file */
export async function upload({ url }: BenchService, file: string): Promise<string> {
  const form = new FormData();
  form.append('file', await openAsBlob(file), basename(file));
  const response = await fetch(`${url}/v1/datasets`, { method: 'POST', headers: { 'X-API-Key': KEY }, body: form });
  const answer = (await response.json()) as { id: string };
  if (!response.ok) throw new Error(`upload → ${response.status}: ${JSON.stringify(answer)}`);
  return answer.id;
}

/** Trains and waits for the end, well or not. */
export async function train(service: BenchService, model: string, request: object): Promise<TrainingJob> {
  const { id } = (await service.call('POST', `/v1/models/${model}/train`, request)) as { id: number };
  for (;;) {
    await delay(POLL_MILLISECONDS);
    const job = (await service.call('GET', `/v1/training/${id}`)) as TrainingJob;
    if (job.status === 'processed' || job.status === 'error') return job;
  }
}

/** Trains a version and makes it champion, whatever it was compared with: what it scores is judged outside. */
export async function trainChampion(service: BenchService, model: string, request: object): Promise<TrainedVersion> {
  const job = await train(service, model, request);
  if (job.error !== null) throw new Error(`training of ${model}: ${job.error.code}: ${job.error.message}`);
  if (!job.promoted) {
    const promotion = { version: job.version, reason: 'to be scored by a benchmark' };
    await service.call('POST', `/v1/models/${model}/promote`, promotion);
  }
  return (await service.call('GET', `/v1/models/${model}/versions/${job.version}`)) as TrainedVersion;
}

/** What the champion says of each transaction, by the batch route. */
export async function probabilitiesOf(
  service: BenchService,
  model: string,
  transactions: readonly object[],
): Promise<Float32Array> {
  const probabilities = new Float32Array(transactions.length);
  for (let from = 0; from < transactions.length; from += BATCH) {
    const body = { transactions: transactions.slice(from, from + BATCH) };
    const answer = await service.call('POST', `/v1/models/${model}/score/batch`, body);
    const { refused, results } = answer as { refused: number; results: { probability: number }[] };
    if (refused > 0) throw new Error(`${refused} transactions were refused, such as ${JSON.stringify(results[0])}`);
    for (const [index, { probability }] of results.entries()) probabilities[from + index] = probability;
  }
  return probabilities;
}
