/**
 * What a training costs beyond one fit: a whole job (link fetched, CSV parsed, split, fitted, calibrated, fitted again,
 * exported, checked, measured, compared, stored) against nothing but XGBoost's boosting, on all rows and on the four
 * fifths that the job trains on.
 *
 *   npm run bench:training [-- --rows 285000 --turns 5 --threads 4]
 */
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { simulateCsv } from '@app/simulator';
import { boostAlone, type BoostingTask } from './boost-alone.js';
import { machine } from './machine.js';
import { startService } from './service.js';
import { median, printTable } from './table.js';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '285000' },
    turns: { type: 'string', default: '5' },
    threads: { type: 'string', default: String(Math.min(4, availableParallelism())) },
    rounds: { type: 'string', default: '200' },
    depth: { type: 'string', default: '6' },
  },
});
const [rows, turns, threads] = [Number(values.rows), Number(values.turns), Number(values.threads)];
const params = { rounds: Number(values.rounds), max_depth: Number(values.depth) };

const directory = await mkdtemp(join(tmpdir(), 'fraud-scoring-bench-'));
const file = join(directory, 'credit-card.csv');
console.log(`Simulating ${rows} × 30 …`);
await pipeline(Readable.from(simulateCsv('credit-card', { rows, seed: 1 })), createWriteStream(file));
const files = createServer((_request, response) => createReadStream(file).pipe(response)).listen(0, '127.0.0.1');
const service = await startService({ TRAINING_THREADS: String(threads), DATASET_HOSTS_ALLOWED: '127.0.0.1' });

try {
  const task: Omit<BoostingTask, 'share'> = { file, threads, rounds: params.rounds, depth: params.max_depth };
  const jobs: number[] = [];
  const all: number[] = [];
  const part: number[] = [];
  let stages: Record<string, number> = {};
  // In turn, so that a machine that slows down slows all. The first turn warms up and is not counted.
  for (let turn = 0; turn <= turns; turn++) {
    const onAll = await boostAlone({ ...task, share: 1 });
    const job = await trainByService(turn + 1);
    const onPart = await boostAlone({ ...task, share: 0.8 });
    if (turn === 0) continue;
    all.push(onAll.seconds);
    part.push(onPart.seconds);
    jobs.push(job.seconds);
    stages = job.stages;
  }
  const against = (alone: readonly number[]): number[] => jobs.map((seconds, turn) => seconds / (alone[turn] ?? NaN));
  const cell = (list: readonly number[]): string =>
    `${median(list).toFixed(2)} (${Math.min(...list).toFixed(2)}–${Math.max(...list).toFixed(2)})`;
  const megabytes = ((await stat(file)).size / 1e6).toFixed(0);
  console.log(`\n${machine()}`);
  console.log(
    `${rows} × 30 (${megabytes} MB), ${params.rounds} rounds of depth ${params.max_depth}, ${threads} threads, ${turns} turns\n`,
  );
  printTable(
    ['', 'seconds: median (range)', 'job against it'],
    [
      ['whole job, from the stored request to the stored version', cell(jobs), ''],
      ['XGBoost alone, all rows', cell(all), cell(against(all))],
      ['XGBoost alone, the four fifths the job trains on', cell(part), cell(against(part))],
    ],
  );
  console.log(`\nLast job, seconds per stage: ${JSON.stringify(stages)}`);
} finally {
  await service.stop();
  files.close();
  await rm(directory, { recursive: true, force: true });
}

interface Job {
  readonly status: string;
  readonly version: number;
  readonly error: unknown;
  readonly created_at: string;
  readonly finished_at: string;
}

/** From the stored request to the stored version, by the job's own times: asking more often would slow it down. */
async function trainByService(seed: number): Promise<{ seconds: number; stages: Record<string, number> }> {
  const link = `http://127.0.0.1:${(files.address() as AddressInfo).port}/`;
  const request = { dataset: link, params, seed };
  const { id } = (await service.call('POST', '/v1/models/credit-card/train', request)) as { id: number };
  for (;;) {
    await delay(250);
    const job = (await service.call('GET', `/v1/training/${id}`)) as Job;
    if (job.status === 'error') throw new Error(JSON.stringify(job.error));
    if (job.status === 'processed') {
      const version = await service.call('GET', `/v1/models/credit-card/versions/${job.version}`);
      return {
        seconds: (Date.parse(job.finished_at) - Date.parse(job.created_at)) / 1_000,
        stages: (version as { lineage: { seconds: Record<string, number> } }).lineage.seconds,
      };
    }
  }
}
