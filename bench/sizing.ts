/**
 * What scoring and training take: processor time of the API and of PostgreSQL, disk and memory. Processor time is counted
 * and not the clock, so that other work on the machine changes little. Linux only.
 *
 *   npm run bench:sizing [-- --requests 20000 --connections 32 --turns 3 --rows 285000]
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { simulateCsv } from '@app/simulator';
import pg from 'pg';
import { Pool } from 'undici';
import { machine } from './machine.js';
import { KEY, startService } from './service.js';
import { median, printTable } from './table.js';
import { simulatedTransactions } from './transactions.js';
import { cpuSeconds, peakMemory } from './usage.js';

const BATCH = 1_000;
const SCORE = '/v1/models/credit-card/score';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '20000' },
    connections: { type: 'string', default: '32' },
    turns: { type: 'string', default: '3' },
    rows: { type: 'string', default: '285000' },
  },
});
const [requests, connections] = [Number(values.requests), Number(values.connections)];
const [turns, rows] = [Number(values.turns), Number(values.rows)];

/** What is sent, and how often. */
interface Load {
  readonly name: string;
  readonly path: string;
  readonly requests: number;
  readonly perRequest: number;
}

/** Of one transaction. */
interface Cost {
  readonly apiMs: number;
  readonly postgresMs: number;
  readonly writtenBytes: number;
  readonly keptBytes: number;
}

const LOADS: readonly Load[] = [
  { name: 'one by one', path: SCORE, requests, perRequest: 1 },
  { name: 'one by one, with reasons', path: `${SCORE}?explain=true`, requests: Math.ceil(requests / 4), perRequest: 1 },
  {
    name: `batches of ${BATCH}`,
    path: `${SCORE}/batch`,
    requests: Math.ceil((2 * requests) / BATCH),
    perRequest: BATCH,
  },
];

const transactions = simulatedTransactions(5_000, 2);
const files = createServer((_request, response) => {
  void pipeline(Readable.from(simulateCsv('credit-card', { rows, seed: 1 })), response);
}).listen(0, '127.0.0.1');
const service = await startService({ DATASET_HOSTS_ALLOWED: '127.0.0.1', RATE_LIMIT_PER_MINUTE: '0' });
const database = new pg.Pool({ connectionString: service.databaseUrl });
const http = new Pool(service.url, { connections });

try {
  console.log(`Training on ${rows} rows …`);
  const before = await cpuSeconds(service.pids.worker);
  await train();
  const training = (await cpuSeconds(service.pids.worker)) - before;
  const costs = LOADS.map((): Cost[] => []);
  // In turn, so that a machine that slows down slows all. The first turn warms up and is not counted.
  for (let turn = 0; turn <= turns; turn++) {
    for (const [index, load] of LOADS.entries()) {
      const cost = await measure(load);
      if (turn > 0) costs[index]?.push(cost);
    }
  }
  console.log(`\n${machine()}; ${connections} connections, ${turns} turns: median (range)\n`);
  printTable(
    ['per transaction', 'API: ms of a core', 'PostgreSQL: ms of a core', 'written ahead: bytes', 'kept: bytes'],
    LOADS.map(({ name }, index) => [name, ...cells(costs[index] ?? [])]),
  );
  console.log(`\nAPI: ${mebibytes(await peakMemory(service.pids.api))} MiB at most`);
  console.log(
    `worker: ${mebibytes(await peakMemory(service.pids.worker))} MiB at most, ${training.toFixed(1)} s of a core for the training`,
  );
  console.log(`a version: ${await versionMebibytes()} MiB`);
} finally {
  await http.close();
  await database.end();
  await service.stop();
  files.close();
}

/** @returns when the API scores with what came out of it */
async function train(): Promise<void> {
  const dataset = `http://127.0.0.1:${(files.address() as AddressInfo).port}/`;
  const { id } = (await service.call('POST', '/v1/models/credit-card/train', { dataset })) as { id: number };
  for (;;) {
    await delay(500);
    const job = (await service.call('GET', `/v1/training/${id}`)) as { status: string; error: unknown };
    if (job.status === 'error') throw new Error(JSON.stringify(job.error));
    if (job.status === 'processed') break;
  }
  const first = JSON.stringify(transactions[0]);
  while ((await post(SCORE, first)) === 503) await delay(100);
}

async function measure({ path, requests: count, perRequest }: Load): Promise<Cost> {
  const total = count * perRequest;
  const { api, postgres } = service.pids;
  const before = await Promise.all([cpuSeconds(api), cpuSeconds(postgres), writtenBytes(), keptBytes()]);
  let next = 0;
  const client = async (): Promise<void> => {
    while (next < count) {
      const status = await post(path, bodyOf(next++, perRequest));
      if (status !== 200) throw new Error(`${path} answered ${status}`);
    }
  };
  await Promise.all(Array.from({ length: connections }, client));
  const after = await Promise.all([cpuSeconds(api), cpuSeconds(postgres), writtenBytes(), keptBytes()]);
  const [apiSeconds = NaN, postgresSeconds = NaN, written = NaN, kept = NaN] = after.map(
    (value, index) => (value - (before[index] ?? NaN)) / total,
  );
  return { apiMs: 1_000 * apiSeconds, postgresMs: 1_000 * postgresSeconds, writtenBytes: written, keptBytes: kept };
}

function bodyOf(request: number, perRequest: number): string {
  const at = (index: number): unknown => transactions[index % transactions.length];
  if (perRequest === 1) return JSON.stringify(at(request));
  const first = request * perRequest;
  return JSON.stringify({ transactions: Array.from({ length: perRequest }, (_, index) => at(first + index)) });
}

/** @returns the status */
async function post(path: string, body: string): Promise<number> {
  const headers = { 'X-API-Key': KEY, 'Content-Type': 'application/json' };
  const answer = await http.request({ method: 'POST', path, headers, body });
  await answer.body.dump();
  return answer.statusCode;
}

function writtenBytes(): Promise<number> {
  return numberOf(`SELECT pg_current_wal_lsn() - '0/0'::pg_lsn`);
}

/** With indexes. */
function keptBytes(): Promise<number> {
  return numberOf(`SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree('decisions')`);
}

async function versionMebibytes(): Promise<string> {
  return mebibytes(await numberOf('SELECT max(octet_length(artifact) + octet_length(booster)) FROM model_versions'));
}

async function numberOf(sql: string): Promise<number> {
  const { rows: found } = await database.query<unknown[]>({ text: sql, rowMode: 'array' });
  return Number(found[0]?.[0]);
}

function cells(costs: readonly Cost[]): string[] {
  const cell = (list: readonly number[], digits: number): string =>
    `${median(list).toFixed(digits)} (${Math.min(...list).toFixed(digits)}–${Math.max(...list).toFixed(digits)})`;
  return [
    cell(
      costs.map(({ apiMs }) => apiMs),
      3,
    ),
    cell(
      costs.map(({ postgresMs }) => postgresMs),
      3,
    ),
    cell(
      costs.map((cost) => cost.writtenBytes),
      0,
    ),
    cell(
      costs.map((cost) => cost.keptBytes),
      0,
    ),
  ];
}

function mebibytes(bytes: number): string {
  return (bytes / 1024 ** 2).toFixed(1);
}
