/**
 * How good the models are that this build trains: each built-in one, by the real service, on simulated rows. For
 * comparing two commits: give both the same files, then `npm run bench:compare`.
 *
 *   npm run bench:quality -- --out quality.json [--data folder with credit-card.csv, …] [--rows 50000]
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { SIMULATED_MODELS, simulateCsv } from '@app/simulator';
import type { Quality } from './quality-table.js';
import { startService } from './service.js';

const { values } = parseArgs({
  options: { out: { type: 'string' }, data: { type: 'string' }, rows: { type: 'string', default: '50000' } },
});
if (values.out === undefined) throw new Error('--out is missing: the file for the figures');

const directory = await mkdtemp(join(tmpdir(), 'fraud-scoring-bench-'));
const data = values.data ?? directory;
for (const model of SIMULATED_MODELS) {
  const file = join(data, `${model}.csv`);
  if (values.data === undefined) {
    const rows = simulateCsv(model, { rows: Number(values.rows), seed: 1 });
    await pipeline(Readable.from(rows), createWriteStream(file));
  } else {
    await access(file);
  }
}
const files = createServer((request, response) => {
  createReadStream(join(data, String(request.url)))
    .on('error', () => response.writeHead(404).end())
    .pipe(response);
}).listen(0, '127.0.0.1');
const service = await startService({ DATASET_HOSTS_ALLOWED: '127.0.0.1' });

try {
  const report: Record<string, Quality> = {};
  for (const model of SIMULATED_MODELS) {
    report[model] = await train(model);
    console.error(`${model}: ${JSON.stringify(report[model])}`);
  }
  await writeFile(values.out, JSON.stringify(report, null, 2));
} finally {
  await service.stop();
  files.close();
  await rm(directory, { recursive: true, force: true });
}

interface Job {
  readonly status: string;
  readonly version: number;
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** @returns the figures on the holdout; or why there are none, which is worth a line in the comparison, too */
async function train(model: string): Promise<Quality> {
  const dataset = `http://127.0.0.1:${(files.address() as AddressInfo).port}/${model}.csv`;
  const { id } = (await service.call('POST', `/v1/models/${model}/train`, { dataset, seed: 1 })) as { id: number };
  for (;;) {
    await delay(250);
    const job = (await service.call('GET', `/v1/training/${id}`)) as Job;
    if (job.error !== null) return { error: job.error.code, message: job.error.message };
    if (job.status === 'processed') {
      const version = await service.call('GET', `/v1/models/${model}/versions/${job.version}`);
      return (version as { metrics: Quality }).metrics;
    }
  }
}
