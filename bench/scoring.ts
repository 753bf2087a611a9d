/**
 * How fast transactions are scored one by one, against the least that it takes on Node and, where they can run, against
 * services as they are usually built in Python. All in one run, in turns. Driven by wrk.
 *
 *   npm run bench:scoring [-- --seconds 10 --turns 3 --warmup 15 --clients 20,64,256,512 --without-python]
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { simulateCsv } from '@app/simulator';
import { startLimitServer } from './limit.js';
import { machine } from './machine.js';
import { findPython, startPythonServices } from './python-services.js';
import { countDecisions, expectSameAnswers, untilItScores } from './scoring-checks.js';
import { best, find, type Measured, SCORING_HEADINGS, scoringRows, timesAsMany } from './scoring-table.js';
import { startService } from './service.js';
import { printTable } from './table.js';
import { trainChampion, upload } from './trainings.js';
import { simulatedTransactions } from './transactions.js';
import { findWrk, load, type Load } from './wrk.js';
import { fillWriteAheadLog } from './write-ahead-log.js';

const MODEL = 'credit-card';
const SCORE = `/v1/models/${MODEL}/score`;
/** As many as the service's first start trains on. */
const TRAINING_ROWS = 20_000;
/** Different bodies, so that no cache is measured. */
const BODIES = 500;
const COMPARED_BODIES = 20;
/** A service in Python is judged by the best of these. */
const PYTHON_CLIENTS = [1, 8, 20, 64];
const PROCESSES = Math.min(4, availableParallelism());

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    turns: { type: 'string', default: '3' },
    warmup: { type: 'string', default: '15' },
    clients: { type: 'string', default: '20,64,256,512' },
    'without-python': { type: 'boolean', default: false },
  },
});
const [seconds, turns, warmup] = [Number(values.seconds), Number(values.turns), Number(values.warmup)];
const clientCounts = values.clients.split(',').map(Number);

const LIMIT = 'bare Node, one process';
const DURABLE = 'the service, one process, durable log';
const ASYNC = 'the service, one process, asynchronous log';
const SEVERAL = `the service, ${PROCESSES} processes, durable log`;

/** A server that is measured. */
interface Side {
  readonly name: string;
  readonly url: string;
  /** Whether it is the service: then what it answers is in the table of decisions. */
  readonly records: boolean;
}

const directory = await mkdtemp(join(tmpdir(), 'fraud-scoring-bench-'));
const rows = join(directory, 'rows.csv');
const file = join(directory, 'bodies.jsonl');
const bodies = simulatedTransactions(BODIES, 2).map((transaction) => JSON.stringify(transaction));
await writeFile(rows, simulateCsv(MODEL, { rows: TRAINING_ROWS, seed: 1 }));
await writeFile(file, bodies.join('\n'));
const wrk = await findWrk();
// As in production, with a line of the log for each request, and with every request counted against the key's limit.
const service = await startService({ LOG_LEVEL: 'log', RATE_LIMIT_PER_MINUTE: '2000000000', DECISION_LOG: 'durable' });
const stops: (() => Promise<void>)[] = [];
let acknowledged = 0;
let cutOff = 0;

try {
  const onNode = await startOnNode();
  const inPython = values['without-python'] ? [] : await startInPython();
  const plan = [
    ...clientCounts.flatMap((clients) => onNode.map((side) => ({ side, clients, loads: [] as Load[] }))),
    ...inPython.flatMap((side) => PYTHON_CLIENTS.map((clients) => ({ side, clients, loads: [] as Load[] }))),
  ];
  console.log(`Warming up, then ${turns} turns of ${plan.length} × ${seconds} s …`);
  for (const side of [...onNode, ...inPython]) await measure(side, Math.max(...clientCounts), warmup);
  // In turn, so that a machine that slows down slows all.
  for (let turn = 0; turn < turns; turn++) {
    for (const { side, clients, loads } of plan) loads.push(await measure(side, clients, seconds));
  }
  const all = plan.map(({ side, clients, loads }) => ({ side: side.name, clients, loads }));
  report(
    all,
    inPython.map(({ name }) => name),
  );
  await checkTheTable();
} finally {
  for (const stop of stops) await stop();
  await service.stop();
  await rm(directory, { recursive: true, force: true });
}

/** The limit and the service in its ways, all with the same version. */
async function startOnNode(): Promise<Side[]> {
  await fillWriteAheadLog(service.databaseUrl);
  console.log(`Training on ${TRAINING_ROWS} simulated rows …`);
  await trainChampion(service, MODEL, { dataset: await upload(service, rows) });
  await service.stopWorker();
  const model = join(directory, 'model.onnx');
  await writeFile(model, await service.download(`/v1/models/${MODEL}/versions/1/artifact`));
  const { features } = (await service.call('GET', `/v1/models/${MODEL}`)) as { features: { name: string }[] };
  const limit = await startLimitServer(
    model,
    features.map(({ name }) => name),
  );
  stops.push(() => limit.stop());
  const inBackground = await service.startApi({ DECISION_LOG: 'async' });
  const several = await service.startApi({ WEB_CONCURRENCY: String(PROCESSES) });
  const sides = [
    { name: LIMIT, url: limit.url, records: false },
    { name: DURABLE, url: service.url + SCORE, records: true },
    { name: ASYNC, url: inBackground.url + SCORE, records: true },
    { name: SEVERAL, url: several.url + SCORE, records: true },
  ];
  const urls = sides.map(({ url }) => url);
  const [first = ''] = bodies;
  for (const { url, records } of sides) acknowledged += (await untilItScores(url, first)) * Number(records);
  acknowledged += (await expectSameAnswers(urls, bodies.slice(0, COMPARED_BODIES))) - COMPARED_BODIES;
  return sides;
}

async function startInPython(): Promise<Side[]> {
  const python = await findPython();
  if (python === null) {
    console.log(
      'No Python with FastAPI, uvicorn, scikit-learn, XGBoost and pandas: the comparison with it is left out.',
    );
    return [];
  }
  const services = await startPythonServices(python, rows, directory);
  stops.push(...services.map((each) => () => each.stop()));
  return services.map(({ name, url }) => ({ name, url, records: false }));
}

async function measure({ url, records }: Side, clients: number, duration: number): Promise<Load> {
  const seen = await load(wrk, { url, file, clients, seconds: duration });
  if (records) {
    acknowledged += seen.requests;
    cutOff += clients;
  }
  return seen;
}

function report(all: readonly Measured[], python: readonly string[]): void {
  console.log(`\n${machine()}; turns of ${seconds} s: ${turns}; median (range)\n`);
  const bests = python.map((side) => best(all, side)).filter((each) => each !== undefined);
  printTable(SCORING_HEADINGS, scoringRows([...all.filter(({ side }) => !python.includes(side)), ...bests], LIMIT));
  console.log('');
  for (const clients of clientCounts) {
    const [one, several] = [find(all, DURABLE, clients), find(all, SEVERAL, clients)];
    if (!one || !several) continue;
    console.log(`${PROCESSES} processes, ${clients} clients: ${timesAsMany(several, one)} times one process`);
    for (const theirs of bests) {
      const times = `${timesAsMany(one, theirs)} times ${theirs.side} at its best, ${PROCESSES} processes ${timesAsMany(several, theirs)}`;
      console.log(`one process, durable log, ${clients} clients: ${times}`);
    }
  }
  const [one, several] = [best(all, DURABLE), best(all, SEVERAL)];
  if (one && several) {
    const bestOfOne = `one process at its best, with ${one.clients}`;
    console.log(
      `${PROCESSES} processes at their best, with ${several.clients} clients: ${timesAsMany(several, one)} times ${bestOfOne}`,
    );
  }
  const cores = Math.max(...all.flatMap(({ loads }) => loads.map(({ generatorCores }) => generatorCores)));
  console.log(`wrk took ${cores.toFixed(2)} of a core at most.`);
}

/** Every answer stands for a decision; the requests that wrk gave up at the end of a measurement may, too. */
async function checkTheTable(): Promise<void> {
  const stored = await countDecisions(service.databaseUrl, acknowledged);
  const told = `${acknowledged} decisions were answered, ${stored} are in the table`;
  if (stored < acknowledged) throw new Error(`${told}: ${acknowledged - stored} are lost`);
  if (stored > acknowledged + cutOff) throw new Error(`${told}: more than can have been asked for`);
  console.log(`${told}; wrk did not wait for the last ${stored - acknowledged}.`);
}
