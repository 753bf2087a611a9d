/**
 * Whether scoring and looking up decisions get slower as the table grows: two services of the same kind, one whose table
 * is new and one with many rows of the last year, measured in turns.
 *
 *   npm run bench:table-growth [-- --rows 50000000 --weeks 52 --turns 5 --requests 8000 --connections 8 --fillers 3]
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { simulateCsv } from '@app/simulator';
import pg from 'pg';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { assertRoom, GrownTable, type Known } from './grown-table.js';
import { latenciesOf, type Latencies, type Request } from './latencies.js';
import { machine } from './machine.js';
import { type BenchService, startService } from './service.js';
import { median, printTable } from './table.js';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '50000000' },
    weeks: { type: 'string', default: '52' },
    turns: { type: 'string', default: '5' },
    requests: { type: 'string', default: '8000' },
    connections: { type: 'string', default: '8' },
    fillers: { type: 'string', default: '3' },
  },
});
const [rows, weeks, turns] = [Number(values.rows), Number(values.weeks), Number(values.turns)];
const [requests, connections, fillers] = [Number(values.requests), Number(values.connections), Number(values.fillers)];

/** A service, and how to come by decisions of its table. */
interface Side {
  readonly service: BenchService;
  known(count: number): Promise<Known[]>;
}

interface Load {
  readonly name: string;
  requests(side: Side): Promise<Request[]>;
}

const LOADS: readonly Load[] = [
  { name: 'score one transaction', requests: () => Promise.resolve(Array.from({ length: requests }, score)) },
  {
    name: 'a decision by its id',
    requests: (side) => lookUps(side, requests / 2, ({ id }) => `/v1/decisions/${id}`),
  },
  {
    name: 'decisions on a transaction',
    requests: (side) => lookUps(side, requests / 4, ({ transaction_id: id }) => `/v1/decisions?transaction_id=${id}`),
  },
  {
    name: 'the newest page of 100',
    requests: () => Promise.resolve(Array.from({ length: requests / 8 }, () => get('/v1/decisions'))),
  },
];

const random = xoroshiro128plus(1);
const payments = simulatedPayments();
let scored = 0;

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    stopping.abort(new Error('interrupted'));
  });
}
const { signal } = stopping;

await assertRoom(rows);
const files = createServer((_request, response) => {
  void pipeline(Readable.from(simulateCsv('payments', { rows: 5_000, seed: 1 })), response);
}).listen(0, '127.0.0.1');
await once(files, 'listening');
const closing: (() => Promise<unknown>)[] = [];
try {
  const [few, many] = [await start(), await start()];
  const table = new GrownTable(many.database, rows, weeks);
  await fill(table);
  const sides: readonly [Side, Side] = [
    { service: few.service, known: (count) => ofSmall(few.database, count) },
    {
      service: many.service,
      known: (count) => table.known(Array.from({ length: count }, () => uniformInt(random, 0, rows - 1))),
    },
  ];
  const measured = LOADS.map((): [Latencies, Latencies][] => []);
  // In turn, so that a machine that slows down slows both. The first turn warms up and is not counted.
  for (let turn = 0; turn <= turns; turn++) {
    console.log(turn === 0 ? 'Warming up …' : `Turn ${turn} of ${turns} …`);
    for (const [index, load] of LOADS.entries()) {
      const both: [Latencies, Latencies] = [await measure(load, sides[0]), await measure(load, sides[1])];
      if (turn > 0) measured[index]?.push(both);
    }
  }
  const size = await many.database.query<{ size: string }>(
    `SELECT pg_size_pretty(sum(pg_total_relation_size(relid))) AS size FROM pg_partition_tree('decisions')`,
  );
  console.log(`\n${machine()}`);
  console.log(
    `${rows} rows in ${weeks} weeks, ${size.rows[0]?.size ?? ''} with indexes; ${connections} connections, ` +
      `${turns} turns: median (range)\n`,
  );
  printTable(
    ['milliseconds', 'new: median', 'p99', 'grown: median', 'p99', 'ratio of medians', 'of p99'],
    LOADS.map(({ name }, index) => [name, ...cells(measured[index] ?? [])]),
  );
} catch (error) {
  if (!signal.aborted) throw error;
  console.error('\nInterrupted.');
  process.exitCode = 130;
} finally {
  for (const close of closing.toReversed()) await close();
  files.close();
}

/** A service that scores payments. */
async function start(): Promise<{ service: BenchService; database: pg.Pool }> {
  signal.throwIfAborted();
  const service = await startService({ DATASET_HOSTS_ALLOWED: '127.0.0.1', RATE_LIMIT_PER_MINUTE: '0' });
  closing.push(() => service.stop());
  const database = new pg.Pool({ connectionString: service.databaseUrl });
  // Whoever uses a connection hears of its end; idle ones are none of our business.
  database.on('error', () => null);
  closing.push(() => database.end());
  const dataset = `http://127.0.0.1:${(files.address() as AddressInfo).port}/`;
  const { id } = (await service.call('POST', '/v1/models/payments/train', { dataset })) as { id: number };
  const ready = async (): Promise<boolean> => {
    const job = (await service.call('GET', `/v1/training/${id}`)) as { status: string; error: unknown };
    if (job.status === 'error') throw new Error(JSON.stringify(job.error));
    if (job.status !== 'processed') return false;
    return (await fetch(`${service.url}/health/ready`)).ok;
  };
  while (!(await ready())) await delay(100, undefined, { signal });
  return { service, database };
}

async function fill(table: GrownTable): Promise<void> {
  console.log(`Filling a table with ${rows} rows …`);
  const since = performance.now();
  let told = 0;
  await table.fill(fillers, signal, (done) => {
    const percent = Math.floor((100 * done) / rows);
    if (percent < told + 5) return;
    told = percent;
    const minutes = (performance.now() - since) / 60_000;
    console.log(
      `${percent} % in ${minutes.toFixed(1)} minutes, about ${((minutes * (100 - percent)) / percent).toFixed(1)} left`,
    );
  });
  console.log(`Filled and vacuumed in ${((performance.now() - since) / 60_000).toFixed(1)} minutes`);
}

async function measure(load: Load, side: Side): Promise<Latencies> {
  return latenciesOf(side.service.url, await load.requests(side), connections, signal);
}

async function lookUps(side: Side, count: number, pathOf: (known: Known) => string): Promise<Request[]> {
  return (await side.known(Math.ceil(count))).map((known) => get(pathOf(known)));
}

/** Any of what was scored so far, some of them several times where there are few. */
async function ofSmall(database: pg.Pool, count: number): Promise<Known[]> {
  const found = await database.query<Known>(
    `SELECT id, transaction_id FROM decisions, generate_series(1, ceil($1::numeric / (SELECT count(*) FROM decisions)))
     ORDER BY random() LIMIT $1`,
    [count],
  );
  return found.rows;
}

function get(path: string): Request {
  return { method: 'GET', path };
}

function score(): Request {
  const number = scored++;
  const transaction_id = `tx-${uniformInt(random, 0, 2 ** 31).toString(16)}${number}`;
  const body = JSON.stringify({ ...payments[number % payments.length], transaction_id });
  return { method: 'POST', path: '/v1/models/payments/score', body };
}

function simulatedPayments(): Record<string, unknown>[] {
  const [, ...lines] = [...simulateCsv('payments', { rows: 2_000, seed: 2 })].join('').trimEnd().split('\n');
  return lines.map((line) => {
    const [day, type, amount, received] = line.split(',');
    return { day_of_month: Number(day), type, amount_log: Number(amount), amount_dest: Number(received) };
  });
}

function cells(pairs: readonly [Latencies, Latencies][]): string[] {
  const cell = (list: readonly number[]): string =>
    `${median(list).toFixed(2)} (${Math.min(...list).toFixed(2)}–${Math.max(...list).toFixed(2)})`;
  const ratio = (of: keyof Latencies): string => cell(pairs.map(([few, many]) => many[of] / few[of]));
  const [few, many] = [pairs.map(([first]) => first), pairs.map(([, second]) => second)];
  const column = (side: readonly Latencies[], of: keyof Latencies): string => cell(side.map((each) => each[of]));
  return [
    column(few, 'median'),
    column(few, 'p99'),
    column(many, 'median'),
    column(many, 'p99'),
    ratio('median'),
    ratio('p99'),
  ];
}
