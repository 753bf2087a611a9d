/**
 * What a promotion does to those who are scoring: champions are swapped back and forth under load, and what the requests
 * beside the swaps took is compared with what those between them took.
 *
 *   npm run bench:promotion-under-load [-- --swaps 20 --every 5 --clients 64 --share 0.65 --rows 50000]
 *                                      [--rounds 500 --depth 8 --turned-over 10]
 *
 * The last line makes large versions: no early stopping, and every tenth label is wrong, so that trees never run out of
 * things to learn.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { simulateCsv } from '@app/simulator';
import { machine } from './machine.js';
import { untilItScores } from './scoring-checks.js';
import { startService } from './service.js';
import { type Swap, swapFigures } from './swap-figures.js';
import { median, printTable } from './table.js';
import { startTimedLoad, type TimedRequests } from './timed-loads.js';
import { trainChampion, upload } from './trainings.js';
import { simulatedTransactions } from './transactions.js';
import { memory } from './usage.js';
import { fillWriteAheadLog } from './write-ahead-log.js';

const MODEL = 'credit-card';
const BODIES = 500;
const WARM_UP_SECONDS = 10;
/** What sends is a new process each time: it connects, and compiles its code. */
const CLIENT_WARM_UP_SECONDS = 2;

const { values } = parseArgs({
  options: {
    swaps: { type: 'string', default: '20' },
    every: { type: 'string', default: '5' },
    clients: { type: 'string', default: '64' },
    share: { type: 'string', default: '0.65' },
    rows: { type: 'string', default: '50000' },
    rounds: { type: 'string' },
    depth: { type: 'string' },
    'turned-over': { type: 'string' },
  },
});
const [swapCount, every, clients] = [Number(values.swaps), Number(values.every), Number(values.clients)];
const [share, rows] = [Number(values.share), Number(values.rows)];
const params = {
  ...(values.rounds !== undefined && { rounds: Number(values.rounds), early_stopping_rounds: 0 }),
  ...(values.depth !== undefined && { max_depth: Number(values.depth) }),
};

const directory = await mkdtemp(join(tmpdir(), 'fraud-scoring-bench-'));
const bodies = join(directory, 'bodies.jsonl');
const transactions = simulatedTransactions(BODIES, 3).map((transaction) => JSON.stringify(transaction));
await writeFile(bodies, transactions.join('\n'));
const service = await startService({ LOG_LEVEL: 'log', RATE_LIMIT_PER_MINUTE: '2000000000' });
const url = `${service.url}/v1/models/${MODEL}/score`;

/** A way to send, and what came of it. */
interface Run {
  readonly name: string;
  readonly requests: TimedRequests;
  readonly swaps: readonly Swap[];
  /** Since when what sends is warm, in milliseconds since 1970. */
  readonly warm: number;
  /** Of the API in bytes: before, after the first swap, and after the last. */
  readonly memory: readonly number[];
  readonly collector: Collector;
}

try {
  await fillWriteAheadLog(service.databaseUrl);
  const sizes = await trainTwo();
  await untilItScores(url, transactions[0] ?? '');
  const most = await capacity();
  const pace = Math.round(share * most);
  console.log(
    `It answers ${most.toFixed(0)} requests a second; ${swapCount} swaps at ${pace}, and as many at full load …`,
  );
  const runs = [
    await swapUnder(`${pace} requests a second`, pace),
    await swapUnder(`${clients} clients without a pause`, null),
  ];
  console.log(`\n${machine()}; artefacts of ${sizes.join(' and ')} MiB; ${swapCount} swaps, one every ${every} s\n`);
  report(runs);
} finally {
  await service.stop();
  await rm(directory, { recursive: true, force: true });
}

/** @returns the artefacts' sizes */
async function trainTwo(): Promise<string[]> {
  const sizes: string[] = [];
  for (const seed of [1, 2]) {
    const file = join(directory, `rows-${seed}.csv`);
    await writeFile(file, turnedOver(simulateCsv(MODEL, { rows, seed })));
    console.log(`Training version ${seed} on ${rows} simulated rows …`);
    await trainChampion(service, MODEL, { dataset: await upload(service, file), params, seed });
    const artefact = await service.download(`/v1/models/${MODEL}/versions/${seed}/artifact`);
    sizes.push((artefact.length / 1024 ** 2).toFixed(2));
  }
  await service.stopWorker();
  return sizes;
}

/** The same rows; where the option says so, every so manieth has the other label, which is its last column. */
function* turnedOver(csv: Iterable<string>): Iterable<string> {
  const period = Number(values['turned-over'] ?? Infinity);
  let row = 0;
  for (const lines of csv) {
    yield lines.replace(/(?<=,)[01]$/gm, (label) => (++row % period === 0 ? String(1 - Number(label)) : label));
  }
}

/** What the service answers in a second when it is asked without pause; this also warms it up. */
async function capacity(): Promise<number> {
  const end = startTimedLoad({ url, bodies, clients, perSecond: null, out: join(directory, 'seen') });
  await delay(1_000 * WARM_UP_SECONDS);
  const { count, ended } = await end();
  // The first half is the warming up.
  const half = Math.floor(count / 2);
  return ((count - half) * 1_000) / ((ended.at(-1) ?? NaN) - (ended[half] ?? NaN));
}

/** Swaps the champion, by promotions and rollbacks in turn, while requests come in. */
async function swapUnder(name: string, perSecond: number | null): Promise<Run> {
  const { api } = service.pids;
  const before = await collectorOf();
  const end = startTimedLoad({ url, bodies, clients, perSecond, out: join(directory, 'seen') });
  await delay(1_000 * CLIENT_WARM_UP_SECONDS);
  const warm = now();
  await delay(1_000 * every);
  const swaps: Swap[] = [];
  const held = [await memory(api)];
  for (let number = 1; number <= swapCount; number++) {
    swaps.push({ asked: now(), version: await swap(number) });
    await delay(1_000 * every);
    if (number === 1) held.push(await memory(api));
  }
  held.push(await memory(api));
  const requests = await end();
  const after = await collectorOf();
  const collector = { pauses: after.pauses - before.pauses, seconds: after.seconds - before.seconds, lag: after.lag };
  return { name, requests, swaps, warm, memory: held, collector };
}

/** Milliseconds since 1970. */
function now(): number {
  return performance.timeOrigin + performance.now();
}

/** @returns the version that decides now */
async function swap(number: number): Promise<number> {
  const reason = 'a benchmark swaps champions';
  const path = `/v1/models/${MODEL}`;
  const { champion } = (await service.call('GET', path)) as { champion: { version: number } };
  const version = champion.version === 1 ? 2 : 1;
  if (number % 2 === 1) await service.call('POST', `${path}/promote`, { version, reason });
  else await service.call('POST', `${path}/rollback`, { reason });
  return version;
}

/** What Node tells of its garbage collector and its event loop. */
interface Collector {
  readonly pauses: number;
  readonly seconds: number;
  /** The longest delay of the event loop since it was asked for last, in seconds. */
  readonly lag: number;
}

async function collectorOf(): Promise<Collector> {
  const text = (await service.download('/metrics')).toString();
  const sum = (name: string): number =>
    [...text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'))].reduce(
      (all, [, one]) => all + Number(one),
      0,
    );
  return {
    pauses: sum('nodejs_gc_duration_seconds_count'),
    seconds: sum('nodejs_gc_duration_seconds_sum'),
    lag: sum('nodejs_eventloop_lag_max_seconds'),
  };
}

function report(runs: readonly Run[]): void {
  const figures = runs.map(({ requests, swaps, warm }) => swapFigures(requests, swaps, warm));
  const ms = (value: number): string => value.toFixed(1);
  printTable(
    [
      '',
      'requests',
      'failed',
      'p99 apart: ms',
      'p99 beside a swap: ms',
      'times',
      'median apart (worst)',
      'median beside (worst)',
      'times',
      'longest apart: ms',
      'longest beside: ms',
    ],
    figures.map(({ near, apart, failed }, at) => [
      runs[at]?.name ?? '',
      String(near.count + apart.count),
      String(failed),
      ms(apart.p99),
      ms(near.p99),
      (near.p99 / apart.p99).toFixed(2),
      `${ms(apart.usualP99)} (${ms(apart.worstP99)})`,
      `${ms(near.usualP99)} (${ms(near.worstP99)})`,
      (near.usualP99 / apart.usualP99).toFixed(2),
      ms(apart.longest),
      ms(near.longest),
    ]),
  );
  for (const [at, { name, memory: held, collector, requests }] of runs.entries()) {
    const { answeredBy = new Map<number, number>(), takenOver = [] } = figures[at] ?? {};
    const versions = [...answeredBy].map(([version, count]) => `${count} by version ${version}`).join(', ');
    const mebibytes = held.map((bytes) => (bytes / 1024 ** 2).toFixed(0));
    const span = ((requests.ended.at(-1) ?? NaN) - (requests.arrived[0] ?? NaN)) / 1_000;
    console.log(`\n${name}:`);
    console.log(
      `- answered: ${versions}; a new version after ${ms(median(takenOver))} ms, ${ms(Math.max(...takenOver))} at most`,
    );
    console.log(
      `- memory of the API: ${mebibytes[0]} MiB before, ${mebibytes[1]} after the first swap, ${mebibytes[2]} after the last`,
    );
    console.log(
      `- garbage collection: ${collector.pauses} pauses, ${(1_000 * collector.seconds).toFixed(0)} ms in all; the event loop was ${ms(1_000 * collector.lag)} ms late at most`,
    );
    console.log(`- the load took ${(requests.cpuSeconds / span).toFixed(2)} of a core`);
  }
  const failed = figures.reduce((sum, each) => sum + each.failed, 0);
  if (failed > 0) throw new Error(`${failed} requests failed`);
}
