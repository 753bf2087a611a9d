import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@app/embedded';
import { exampleTransaction } from '@app/simulator';
import supertest from 'supertest';
import { startApp, type TestApp } from '../support/app.js';
import { countDecisions } from '../support/decisions.js';
import { makeKey } from '../support/keys.js';
import { type Call, Load } from '../support/load.js';
import { Samples, scrape } from '../support/metrics.js';
import { childrenOf, isAlive } from '../support/processes.js';
import { RawConnection } from '../support/raw-request.js';
import { trainSimulated } from '../support/training.js';
import { waitFor } from '../support/wait-for.js';

const PROCESSES = 3;
const CLIENTS = 12;
const ALL = ['1', '2', '3'];
const transaction = exampleTransaction('credit-card');
const scoring: Call = { method: 'POST', path: '/v1/fraud-score', body: transaction, judge: () => undefined };

let app: TestApp;
let metricsPort: number;
const start = async (env: Readonly<Record<string, string>>): Promise<void> => {
  metricsPort = await freePort();
  app = await startApp({
    env: {
      NODE_ENV: 'production',
      WEB_CONCURRENCY: String(PROCESSES),
      METRICS_PORT: String(metricsPort),
      ...env,
    },
  });
  await trainSimulated(app, 'credit-card', { rows: 2_000 }, { params: { rounds: 10 } });
  await waitForAll();
};
/** Until each of the processes answers, and has loaded the champion. */
const waitForAll = async (): Promise<void> => {
  await waitFor(
    async () => (await scrape(metricsPort)).valuesOf('fraud_champion_version', 'process').join() === ALL.join(),
    { what: 'all processes' },
  );
};
const workers = (): Promise<readonly number[]> => childrenOf(app.pid ?? NaN);
const aWorker = async (): Promise<number> => (await workers())[0] ?? NaN;
/** The processes that wrote a line for a request, by the log from `since` on. */
const answering = (since = 0): ReadonlySet<number> => {
  const lines = app.log().slice(since);
  return new Set([...lines.matchAll(/"pid":(\d+),.*"message":"request"/g)].map(([, pid]) => Number(pid)));
};
/** What happens while clients score on and on. */
const underLoad = async (work: () => Promise<void>): Promise<Load> => {
  const load = Load.start(app.url, app.key, CLIENTS, () => scoring);
  try {
    await waitFor(() => load.answered > 200);
    await work();
  } finally {
    await load.end();
  }
  return load;
};
const score = () => app.request().post('/v1/fraud-score').send(transaction);
const decisions = async (): Promise<number> => (await scrape(metricsPort)).sum('fraud_decisions_total') ?? 0;

describe('several API processes behind one port', () => {
  beforeAll(() => start({ DRAIN_SECONDS: '1' }), 120_000);
  afterAll(() => app.stop());

  it('all answer', async () => {
    expect(await workers()).toHaveLength(PROCESSES);
    for (let sent = 0; sent < 4 * PROCESSES; sent++) await score().expect(200);
    await waitFor(() => answering().size === PROCESSES);
  });

  it('show their figures together, on each and on METRICS_PORT', async () => {
    const stored = await countDecisions(app);
    expect(await decisions()).toBe(stored);
    for (let asked = 0; asked < PROCESSES; asked++) {
      const samples = new Samples((await app.request().get('/metrics').expect(200)).text);
      expect(samples.sum('fraud_decisions_total')).toBe(stored);
      expect(samples.sum('fraud_http_request_duration_seconds_count', { route: '/v1/fraud-score' })).toBe(stored);
      expect(samples.sum('fraud_champions_loaded')).toBe(1);
      expect(samples.sum('fraud_champion_version', { model: 'credit-card', process: 2 })).toBe(1);
      expect(samples.sum('fraud_training_jobs', { status: 'pending' })).toBe(0);
      expect(samples.sum('process_start_time_seconds')).toBeLessThanOrEqual(Date.now() / 1_000);
    }
  });

  it('show them without the one that hangs, as it was', async () => {
    const before = await decisions();
    const pid = await aWorker();
    process.kill(pid, 'SIGSTOP');
    try {
      expect(await decisions()).toBe(before);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  });

  it('take the place of one that is killed; only what it worked on fails, and no counter falls', async () => {
    const stored = await countDecisions(app);
    const pid = await aWorker();
    const load = await underLoad(async () => {
      const before = await decisions();
      const log = app.log().length;
      process.kill(pid, 'SIGKILL');
      await waitFor(() => app.log().includes(`(pid ${pid}) has ended (SIGKILL); another takes its place in 0 s`));
      expect(await decisions()).toBeGreaterThanOrEqual(before);
      await waitForAll();
      // Connections that were there stay where they are; new ones go to all.
      await waitFor(async () => {
        await app.request().get('/v1/models').expect(200);
        return (await workers()).every((each) => answering(log).has(each));
      });
    });
    expect(load.failures.length).toBeLessThanOrEqual(CLIENTS);
    for (const failure of load.failures) expect(failure).toMatch(/ECONNRESET|socket hang up/);
    // Stored, and the answer died with the process.
    const unheard = (await countDecisions(app)) - stored - load.answered;
    expect(unheard).toBeGreaterThanOrEqual(0);
    expect(unheard).toBeLessThanOrEqual(load.failures.length);
  });

  it('keep no connection waiting that was on its way to one that is killed', async () => {
    let running = true;
    let answered = 0;
    /** One after the other, until none is left. */
    const killAll = async (): Promise<void> => {
      for (const pid of await workers()) {
        const before = answered;
        await waitFor(() => answered > before + 100);
        process.kill(pid, 'SIGKILL');
        await waitFor(() => app.log().includes(`(pid ${pid}) has ended (SIGKILL)`));
      }
    };
    /** Each request on a connection of its own. */
    const client = async (): Promise<void> => {
      while (running) {
        await new Promise<void>((resolve) => {
          const sent = request(`${app.url}/health/live`, { agent: false }, (answer) => {
            answer.resume().once('close', resolve);
            answered += 1;
          });
          sent.once('error', () => setTimeout(resolve, 10));
          sent.end();
        });
      }
    };
    const clients = Promise.all(Array.from({ length: CLIENTS }, client));
    try {
      await killAll();
    } finally {
      running = false;
    }
    // It ends only if every request does.
    await clients;
    await waitForAll();
  });

  it('lose nothing when one is told to end, and replace it', async () => {
    const uncounted = async (): Promise<number> => (await countDecisions(app)) - (await decisions());
    const before = await uncounted();
    const pid = await aWorker();
    const load = await underLoad(async () => {
      process.kill(pid, 'SIGTERM');
      await waitFor(() => app.log().includes(`(pid ${pid}) has ended (SIGTERM); another takes its place`));
      await waitForAll();
    });
    expect(load.failures).toEqual([]);
    // It told what it had counted before it went.
    expect(await uncounted()).toBe(before);
  });

  it.each([
    ['the port is taken', () => ({ PORT: new URL(app.url).port }), /^Port \d+ is taken by another program/],
    ['METRICS_PORT is taken', () => ({ METRICS_PORT: String(metricsPort) }), /^Port \d+ is taken .* METRICS_PORT/],
    ['a setting is wrong', () => ({ METRICS_PORT: '', WEB_CONCURRENCY: '0' }), /^WEB_CONCURRENCY: must be a whole/],
  ])('say once why they do not start: %s', async (_, env, line) => {
    const failed = app.startSecondApi({ METRICS_PORT: '', ...env() });
    await expect(failed).rejects.toThrow(/^apps\/api\/main.js ended before it was ready:/);
    const [, ...lines] = String(await failed.catch((error: unknown) => error))
      .trim()
      .split('\n');
    // The lines of Nest's own log aside.
    const said = lines.filter((each) => !each.startsWith('{'));
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(line);
  });

  it('say once that another has their key', async () => {
    const { key } = await makeKey(app, [app.url]);
    const failed = app.startSecondApi({ METRICS_PORT: '', API_KEY: key });
    const text = String(await failed.catch((error: unknown) => error));
    expect(text.match(/API_KEY/g)).toHaveLength(1);
  });

  it('end with their primary when it is killed, once they have answered what is under way', async () => {
    const pids = await workers();
    const lock = await app.db.connect();
    await lock.query('BEGIN; LOCK TABLE decisions IN EXCLUSIVE MODE');
    const answers = Array.from({ length: CLIENTS }, () => score().then(({ status }) => status));
    try {
      await waitFor(async () => {
        const { rows } = await app.db.query(
          "SELECT count(DISTINCT pid)::int AS n FROM pg_locks WHERE NOT granted AND relation = 'decisions'::regclass",
        );
        return rows[0].n >= PROCESSES;
      });
      if (app.pid !== null) process.kill(app.pid, 'SIGKILL');
      await waitFor(async () => (await fetch(`${app.url}/health/live`).catch(() => null)) === null);
    } finally {
      await lock.query('COMMIT');
      lock.release();
    }
    expect(await Promise.all(answers)).toEqual(Array(CLIENTS).fill(200));
    await waitFor(() => !pids.some(isAlive), { what: 'the end of the processes' });
  });
});

describe('several API processes that are told to end', () => {
  beforeAll(() => start({ DRAIN_SECONDS: '2' }), 120_000);
  afterAll(() => app.stop());

  it('lose nothing under load', async () => {
    const before = await countDecisions(app);
    const load = await underLoad(async () => {
      if (app.pid !== null) process.kill(app.pid, 'SIGTERM');
      await waitFor(() => isRefused(app.url), { what: 'the port to be closed' });
    });
    await waitFor(() => app.pid === null, { what: 'the end' });
    expect(app.exitCode).toBe(0);
    // Nobody who was connected: only who came when the port was closed.
    for (const failure of load.failures) expect(failure).toContain('ECONNREFUSED');
    expect(await countDecisions(app)).toBe(before + load.answered);
  });
});

describe('several API processes of a group that is told to end', () => {
  beforeAll(() => start({ DRAIN_SECONDS: '600', SHUTDOWN_SECONDS: '700' }), 120_000);
  afterAll(() => app.stop());

  it('take the signal that each of them gets as one, and a second one to the primary as a second', async () => {
    const pids = await workers();
    const tell = (): void => {
      if (app.pid !== null) process.kill(app.pid, 'SIGINT');
    };
    tell();
    for (const pid of pids) process.kill(pid, 'SIGINT');
    const notReady = async (): Promise<boolean> => (await supertest(app.url).get('/health/ready')).status === 503;
    await waitFor(async () => {
      for (let asked = 0; asked < 2 * PROCESSES; asked++) if (!(await notReady())) return false;
      return true;
    });
    // Once more to each: it is still no second wish.
    for (const pid of pids) process.kill(pid, 'SIGINT');
    for (let sent = 0; sent < 10 * PROCESSES; sent++) await score().expect(200);
    expect(pids.every(isAlive)).toBe(true);

    tell();
    await waitFor(() => app.pid === null, { what: 'the end' });
    expect(app.exitCode).toBe(0);
    expect(pids.some(isAlive)).toBe(false);
  });
});

async function isRefused(url: string): Promise<boolean> {
  try {
    (await RawConnection.to(url)).end();
    return false;
  } catch (error) {
    return String(error).includes('ECONNREFUSED');
  }
}
