/**
 * Half an hour of everything at once: scores one by one by the native routes and by those of other systems, batches,
 * reasons, look-ups, trainings one after the other, and champions that change every 20 s. Nothing may fail, every
 * acknowledged decision must be stored, and memory must be flat once it is warm. Ends with 0 where all of that holds.
 * Linux only; decisions take a GB of disk for each million.
 *
 *   npm run bench:soak [-- --minutes 30 --rate 1000 --csv memory.csv --svg memory.svg]
 */
import { writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { freePort } from '@app/embedded';
import pg from 'pg';
import { machine } from './machine.js';
import { startService } from './service.js';
import { SoakChanges } from './soak-changes.js';
import { SoakLoad, type Tally } from './soak-load.js';
import { floorsOf, trendOf } from './soak-memory.js';
import { plotOf } from './soak-plot.js';
import { requestKinds } from './soak-requests.js';
import { csvOf, measure, type Measurement, samplesOf } from './soak-samples.js';
import { median, printTable } from './table.js';

const MINUTE_MS = 60_000;
const SAMPLE_EVERY_MS = 5_000;
const MEBIBYTE = 1024 ** 2;
/** In less, nothing is warm early enough to say that it grows. */
const JUDGED_FROM_MINUTES = 20;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    rate: { type: 'string', default: '1000' },
    csv: { type: 'string' },
    svg: { type: 'string' },
  },
});
const [minutes, rate] = [Number(values.minutes), Number(values.rate)];

const workerPort = await freePort();
const service = await startService({
  DATASET_HOSTS_ALLOWED: '127.0.0.1',
  TRAINING_THREADS: '1',
  WORKER_METRICS_PORT: String(workerPort),
});
const places = {
  apiMetrics: `${service.url}/metrics`,
  workerMetrics: `http://127.0.0.1:${workerPort}/metrics`,
  postgresPid: service.pids.postgres,
};
const problems: string[] = [];
try {
  console.log('Training the first versions …');
  await soak(await SoakChanges.prepare(service));
} finally {
  await service.stop();
}
for (const problem of problems) console.log(`WRONG: ${problem}`);
console.log(problems.length === 0 ? judgement() : '\nFAILED');
process.exitCode = problems.length === 0 ? 0 : 1;

function judgement(): string {
  const memory =
    minutes < JUDGED_FROM_MINUTES ? `too short to judge memory by (${JUDGED_FROM_MINUTES} minutes)` : 'memory flat';
  return `\nNo error, nothing lost, ${memory}.`;
}

async function soak(changes: SoakChanges): Promise<void> {
  const before = await countDecisions();
  const load = new SoakLoad(service.url, requestKinds(), rate);
  changes.begin();
  const measurements = await watch(load);
  await Promise.all([load.end(), changes.end()]);
  const stored = (await countDecisions()) - before;

  console.log(`\n${machine()}; ${minutes} minutes, ${rate} single scores a second\n`);
  const tallies = [...load.tallies, ...Object.values(changes.tallies)];
  printTable(
    ['request', 'answered', 'failed', 'p50: ms', 'p99: ms'],
    tallies.map((tally) => [tally.name, count(tally.answered), count(tally.failed), ...latencies(tally)]),
  );
  console.log('');
  printTable(
    ['memory: MiB', 'early', 'late', 'most', 'late to early', 'second half: MiB an hour', ''],
    trendRows(measurements),
  );
  console.log(
    `\nearly: the second sixth of the time; late: the last. ${count(load.acknowledged)} decisions acknowledged, ` +
      `${count(stored)} stored. Event loop of the API, p99 of 5 s: ${lagOf(measurements)}.`,
  );
  if (values.csv !== undefined) await writeFile(values.csv, csvOf(measurements));
  if (values.svg !== undefined) await writeFile(values.svg, plotOf(measurements));
  if (stored !== load.acknowledged) problems.push(`${load.acknowledged} decisions acknowledged, ${stored} stored`);
  problems.push(...load.failures, ...changes.failures);
  for (const { name, answered } of tallies) if (answered === 0) problems.push(`no ${name} was answered`);
}

/** Measures all the time, and says each minute how it goes. */
async function watch(load: SoakLoad): Promise<Measurement[]> {
  const measurements: Measurement[] = [];
  const begun = performance.now();
  let told = { minute: 0, answered: 0 };
  for (;;) {
    const at = performance.now() - begun;
    const now = await measure(places, at);
    measurements.push(now);
    const minute = Math.floor(at / MINUTE_MS);
    if (minute > told.minute) {
      const perSecond = ((load.answered - told.answered) / (minute - told.minute) / 60).toFixed(0);
      console.log(
        `${minute} min: ${perSecond} requests/s, ${load.failed} failed; API ${mebibytes(now.api)} MiB (heap ` +
          `${mebibytes(now.apiHeap)}), worker ${mebibytes(now.worker)}, PostgreSQL ${mebibytes(now.postgres)}; ` +
          `event loop ${now.apiLag.toFixed(0)} ms`,
      );
      told = { minute, answered: load.answered };
    }
    if (at >= minutes * MINUTE_MS) return measurements;
    await delay(SAMPLE_EVERY_MS);
  }
}

function trendRows(measurements: readonly Measurement[]): string[][] {
  const judged = [
    ['API', 'api', true],
    ['API, heap after collections', 'apiHeap', true],
    ['worker', 'worker', true],
    ['worker, heap after collections', 'workerHeap', true],
    // Its cache fills until it is as large as `shared_buffers` says.
    ['PostgreSQL', 'postgres', false],
  ] as const;
  return judged.map(([name, what, mustBeFlat]) => {
    const samples = samplesOf(measurements, what);
    const isHeap = what === 'apiHeap' || what === 'workerHeap';
    const trend = trendOf(isHeap ? floorsOf(samples) : samples, minutes * MINUTE_MS);
    if (mustBeFlat && !trend.flat && minutes >= JUDGED_FROM_MINUTES) problems.push(`memory grows: ${name}`);
    return [
      name,
      ...[trend.early, trend.late, trend.peak].map((value) => value.toFixed(0)),
      trend.ratio.toFixed(2),
      trend.slope.toFixed(0),
      trend.flat ? 'flat' : 'grows',
    ];
  });
}

async function countDecisions(): Promise<number> {
  const client = new pg.Client({ connectionString: service.databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ n: string }>('SELECT count(*) AS n FROM decisions');
    return Number(rows[0]?.n);
  } finally {
    await client.end();
  }
}

function latencies({ answered, latency }: Tally): [string, string] {
  if (answered === 0) return ['', ''];
  const milliseconds = (percentile: number): string => (latency.percentile(percentile) / 1_000).toFixed(1);
  return [milliseconds(50), milliseconds(99)];
}

function lagOf(measurements: readonly Measurement[]): string {
  const lags = measurements.map(({ apiLag }) => apiLag);
  return `${median(lags).toFixed(0)} ms (${Math.max(...lags).toFixed(0)})`;
}

function mebibytes(bytes: number): string {
  return (bytes / MEBIBYTE).toFixed(0);
}

function count(value: number): string {
  return value.toLocaleString('en');
}
