/**
 * What becomes of acknowledged decisions when parts are killed under load: an API process, PostgreSQL, Redis, in turns.
 * Ends with 0 where nothing was lost, mixed up or answered wrongly, and the service came back by itself each time.
 *
 *   npm run faults [-- --times 10 --processes 3 --clients 32 --faults api,postgres,redis]
 */
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { machine } from '../../bench/machine.js';
import { median, printTable } from '../../bench/table.js';
import { Answers } from './answers.js';
import { compareWithTable, scoreAgain } from './check.js';
import { Load } from './load.js';
import { BreakableService } from './service.js';
import { countTrained, requestTraining, TrainingFiles, untilTrained } from './trainings.js';

const { values } = parseArgs({
  options: {
    times: { type: 'string', default: '10' },
    processes: { type: 'string', default: '3' },
    clients: { type: 'string', default: '32' },
    faults: { type: 'string', default: 'api,postgres,redis' },
  },
});
const [times, processes, clients] = [Number(values.times), Number(values.processes), Number(values.clients)];
for (const [name, value] of Object.entries({ times, processes, clients })) {
  if (!Number.isInteger(value) || value < 1) throw new Error(`--${name} must be a whole number from 1 on`);
}
const CROWD = { singles: clients, batches: 2, foreign: 4 };
/** Longer, and the service does not come back by itself. */
const PATIENCE_MS = 60_000;
const POLL_MS = 20;

/** What a fault did, in milliseconds and requests. */
interface Recovery {
  /** Until the last client was answered again. */
  readonly answered: number;
  /** Until what was killed ran again. */
  readonly runs: number;
  /** The longest that a request took that was answered. */
  readonly slowest: number;
  readonly connections: number;
  readonly unavailable: number;
}

interface Fault {
  readonly name: string;
  /** @returns process ids that must not be there afterwards */
  kill(service: BreakableService): Promise<readonly number[]>;
  /** Settles when it runs again. */
  restart(service: BreakableService, killed: readonly number[]): Promise<void>;
}

const FAULTS: Readonly<Record<string, Fault>> = {
  api: {
    name: 'an API process',
    kill: async (service) => [await service.killApi()],
    // Nobody but the service itself.
    restart: (service, killed) =>
      until(async () => {
        const pids = await service.apiPids();
        if (pids.some((pid) => killed.includes(pid))) return false;
        return pids.length === processes && (await service.countServing()) === processes;
      }),
  },
  postgres: {
    name: 'PostgreSQL',
    kill: (service) => service.killPostgres(),
    restart: (service) => service.restartPostgres(),
  },
  redis: { name: 'Redis', kill: (service) => service.killRedis(), restart: (service) => service.restartRedis() },
};

const chosen = values.faults.split(',').map((key) => {
  const fault = FAULTS[key];
  if (!fault) throw new Error(`--faults knows ${Object.keys(FAULTS).join(', ')}, not ${key}`);
  return fault;
});
const problems: string[] = [];
const files = await TrainingFiles.serve();
const service = await BreakableService.start(processes, {
  DATASET_HOSTS_ALLOWED: '127.0.0.1',
  // Never reached: but what counts towards it is asked of Redis.
  RATE_LIMIT_PER_MINUTE: '2000000000',
  TRAINING_THREADS: '1',
});
try {
  await untilTrained(
    service,
    await requestTraining(service, 'credit-card', files.linkTo('credit-card'), { rounds: 60 }),
  );
  await run();
} catch (error) {
  problems.push(error instanceof Error ? (error.stack ?? error.message) : String(error));
} finally {
  if (problems.length > 0) console.log(`\n${await service.logs()}`);
  await service.stop();
  files.close();
}
for (const problem of problems) console.log(`WRONG: ${problem}`);
console.log(problems.length === 0 ? '\nNothing was lost, mixed up or answered wrongly.' : '\nFAILED');
process.exitCode = problems.length === 0 ? 0 : 1;

async function run(): Promise<void> {
  const answers = new Answers();
  const load = new Load(service.url, service.key, CROWD, answers);
  const recoveries = new Map<string, Recovery[]>();
  const trainings: number[] = [];
  const begun = performance.now();
  try {
    load.noteFault();
    await load.untilAllAnswered(PATIENCE_MS);
    for (let turn = 1; turn <= times; turn++) {
      for (const fault of chosen) {
        const { name } = fault;
        // So that what is killed has work, too.
        trainings.push(await requestTraining(service, 'payments', files.linkTo('payments'), { rounds: 300 }));
        const recovery = await recoverFrom(load, fault);
        recoveries.set(name, [...(recoveries.get(name) ?? []), recovery]);
        console.log(`${turn}. kill -9 of ${name}: answered again after ${recovery.answered.toFixed(0)} ms`);
      }
    }
  } finally {
    await load.end();
  }
  const seconds = (performance.now() - begun) / 1_000;
  for (const id of trainings) {
    // What else is wrong is to be told, too.
    await untilTrained(service, id).catch((error: unknown) => problems.push(String(error)));
  }
  const trained = await countTrained(service.databaseUrl, trainings);
  console.log('Reading the table …');
  const table = await compareWithTable(service.databaseUrl, answers);
  console.log('Scoring all that was acknowledged once more …');
  const again = await scoreAgain(service, answers);

  console.log(`\n${machine()}; ${processes} API processes, ${clients} clients for singles, ${seconds.toFixed(0)} s\n`);
  printTable(
    [
      'kill -9 of',
      'times',
      'answered again: median (longest)',
      'runs again',
      'slowest answer',
      'connections broken',
      '503',
    ],
    [...recoveries].map(([name, list]) => [name, String(list.length), ...cellsOf(list)]),
  );
  console.log('');
  const counts: readonly (readonly [string, number, number | null])[] = [
    ['acknowledged', answers.acknowledgedCount, null],
    ['of these not stored', table.lost, 0],
    ['stored twice', table.twice, 0],
    ['stored otherwise than answered or sent', table.different, 0],
    ['stored, but never sent', table.strange, 0],
    ['batches stored in part', table.torn, 0],
    ['stored, but nobody heard of it', table.unheard, null],
    ['scored once more', again.scored, answers.acknowledgedCount],
    ['of these otherwise than under load', again.different, 0],
    ['different probabilities among the answers', answers.differentProbabilities(), null],
    ['requests that failed in another way', load.failures.wrong, 0],
    ['trainings begun before a fault', trainings.length, null],
    ['of these without exactly one version', trainings.length - trained, 0],
  ];
  printTable(
    ['', 'count'],
    counts.map(([name, count]) => [name, count.toLocaleString('en')]),
  );
  for (const { name } of chosen) {
    const list = recoveries.get(name) ?? [];
    const hit = list.reduce((sum, { connections, unavailable }) => sum + connections + unavailable, 0);
    if (list.length !== times) problems.push(`${name}: killed ${list.length} times instead of ${times}`);
    // Scoring goes on without Redis; of the others somebody must have noticed.
    if (name !== FAULTS['redis']?.name && hit === 0) problems.push(`${name}: nobody noticed that it was killed`);
  }
  for (const [name, count, wanted] of counts) {
    if (wanted !== null && count !== wanted) problems.push(`${name}: ${count} instead of ${wanted}`);
  }
  problems.push(...table.examples, ...load.wrong);
  if (!service.running) problems.push('the API or the worker is not the process that was started');
}

async function recoverFrom(load: Load, fault: Fault): Promise<Recovery> {
  const before = { ...load.failures };
  const killed = await fault.kill(service);
  const begun = performance.now();
  load.noteFault();
  await fault.restart(service, killed);
  const runs = performance.now() - begun;
  const answered = await load.untilAllAnswered(PATIENCE_MS);
  return {
    answered,
    runs,
    slowest: load.slowest,
    connections: load.failures.connection - before.connection,
    unavailable: load.failures.unavailable - before.unavailable,
  };
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`what was killed is not there again after ${PATIENCE_MS} ms`);
    await delay(POLL_MS);
  }
}

function cellsOf(list: readonly Recovery[]): string[] {
  const milliseconds = (of: readonly number[]): string => `${median(of).toFixed(0)} ms (${Math.max(...of).toFixed(0)})`;
  const sum = (of: readonly number[]): string => String(of.reduce((total, each) => total + each, 0));
  return [
    milliseconds(list.map(({ answered }) => answered)),
    milliseconds(list.map(({ runs }) => runs)),
    milliseconds(list.map(({ slowest }) => slowest)),
    sum(list.map(({ connections }) => connections)),
    sum(list.map(({ unavailable }) => unavailable)),
  ];
}
