import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@app/embedded';
import supertest from 'supertest';
import { startApp, type TestApp } from '../support/app.js';
import { countDecisions } from '../support/decisions.js';
import { makeKey } from '../support/keys.js';
import { type Call, Load } from '../support/load.js';
import { type Access, hostOf, Nginx } from '../support/nginx.js';
import { simulatedCsv, trainSimulated, untilTrained } from '../support/training.js';
import { waitFor } from '../support/wait-for.js';

const MODEL = '/v1/models/credit-card';
const CLIENTS = 16;
const BATCH = 20;
const TRAININGS = 6;
const LIMIT = 10;

type Transaction = Readonly<Record<string, number>>;

/** Simulated transactions, without their labels. */
function transactions(count: number): readonly Transaction[] {
  const [header = '', ...lines] = simulatedCsv('credit-card', { rows: count, seed: 99 }).trim().split('\n');
  const names = header.split(',');
  return lines.map((line) => {
    const values = line.split(',').map(Number);
    const named = names.map((name, index) => [name, values[index] ?? NaN] as const);
    return Object.fromEntries(named.filter(([name]) => name !== 'Class'));
  });
}

describe('two API hosts and two workers behind nginx', () => {
  let app: TestApp;
  let second: Awaited<ReturnType<TestApp['startSecondApi']>>;
  let secondPort: string;
  let nginx: Nginx;
  /** What the load has seen: for whoever runs `npm run hosts`. */
  const report: string[] = [];
  const known = transactions(50);
  let probabilities: readonly number[];

  beforeAll(async () => {
    const [first, other] = [await freePort(), await freePort()];
    secondPort = String(other);
    app = await startApp({ env: { PORT: String(first), DRAIN_SECONDS: '3' } });
    [second] = await Promise.all([app.startSecondApi({ PORT: secondPort }), app.startSecondWorker()]);
    nginx = await Nginx.before(app.url, second.url, app.dataDir);
    await trainSimulated(app, 'credit-card', { rows: 4_000 }, { params: { rounds: 40 } });
    probabilities = await scores(app.url);
  }, 120_000);
  afterAll(async () => {
    if (process.env.HOSTS_REPORT) process.stderr.write(`${report.join('\n')}\n`);
    await nginx.stop();
    await app.stop();
  });

  const post = (url: string, path: string, body: object) =>
    supertest(url).post(path).set('X-API-Key', app.key).send(body);
  const scores = async (url: string): Promise<number[]> => {
    const answer = await post(url, `${MODEL}/score/batch`, { transactions: known }).expect(200);
    return answer.body.results.map(({ probability }: { probability: number }) => probability);
  };
  /** The hosts that answered, without those asked in vain before. */
  const answering = (accesses: readonly Access[]): Set<string | undefined> =>
    new Set(accesses.map(({ hosts }) => hosts.split(', ').at(-1)));
  const bothHosts = (): Set<string> => new Set([hostOf(app.url), hostOf(second.url)]);

  it('scores are the same, to the last bit', async () => {
    await waitFor(async () => (await supertest(second.url).get('/health/ready')).body.models['credit-card'] === 1);
    expect(new Set(probabilities).size).toBeGreaterThan(10);
    expect(await scores(second.url)).toEqual(probabilities);
    const before = (await nginx.accesses()).length;
    for (const [index, transaction] of known.entries()) {
      const { body } = await post(nginx.url, `${MODEL}/score`, transaction).expect(200);
      expect(body).toMatchObject({ probability: probabilities[index], model_version: 1 });
    }
    expect(answering((await nginx.accesses()).slice(before))).toEqual(bothHosts());
  });

  it('a key that one host makes is good on both, and on neither once it is revoked', async () => {
    const urls = [app.url, second.url];
    const { name, key } = await makeKey(app, [...urls, nginx.url]);
    await supertest(nginx.url).delete(`/v1/keys/${name}`).set('X-API-Key', app.key).expect(204);
    for (const url of urls) {
      await waitFor(async () => (await supertest(url).get('/v1/models').set('X-API-Key', key)).status === 403);
    }
  });

  it('a limit holds for both together', async () => {
    const key = await freshKey('limited');
    const before = (await nginx.accesses()).length;
    const asked = Array.from({ length: 4 * LIMIT }, () => supertest(nginx.url).get('/v1/models').set('X-API-Key', key));
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(LIMIT);
    expect(statuses.filter((status) => status === 429)).toHaveLength(3 * LIMIT);
    expect(answering((await nginx.accesses()).slice(before))).toEqual(bothHosts());
  });

  /** A limited key that both hosts know, of which nothing is used up: what lacks the scope is not counted. */
  const freshKey = async (name: string): Promise<string> => {
    const { body } = await post(nginx.url, '/v1/keys', {
      name,
      scopes: ['score'],
      rate_limit_per_minute: LIMIT,
    }).expect(201);
    for (const url of [app.url, second.url]) {
      await waitFor(
        async () =>
          (await supertest(url).get('/v1/keys').set('X-API-Key', String(body.key))).body.code === 'scope_missing',
      );
    }
    return String(body.key);
  };

  it('the API says itself that a body is too large', async () => {
    const body = `{"transactions": [${' '.repeat(16 * 1_048_576)}]}`;
    const answer = await supertest(nginx.url)
      .post(`${MODEL}/score/batch`)
      .set({ 'X-API-Key': app.key, 'X-Request-ID': 'too-large' })
      .type('json')
      .send(body)
      .expect(413);
    expect(answer.body).toMatchObject({ code: 'too_large', request_id: 'too-large' });
  });

  it.each([
    ['kept where the API takes it', 'order-17', /^order-17$/],
    ['made anew where it is too long', 'x'.repeat(129), /^[0-9a-f]{32}$/],
    ['made anew where it has a space', 'order 17', /^[0-9a-f]{32}$/],
    ['made where there is none', undefined, /^[0-9a-f]{32}$/],
  ])("a request's id is the same in nginx' log: %s", async (_, sent, expected) => {
    const request = supertest(nginx.url).get('/v1/nothing');
    if (sent !== undefined) void request.set('X-Request-ID', sent);
    const { body } = await request.expect(404);
    expect(body.request_id).toMatch(expected);
    await waitFor(async () => (await nginx.accesses()).some((line) => line.request_id === body.request_id));
  });

  it('trainings are shared by both workers, each is done once', async () => {
    const uploaded = await supertest(nginx.url)
      .post('/v1/datasets')
      .set('X-API-Key', app.key)
      .field('simulated', 'true')
      .attach('file', Buffer.from(simulatedCsv('payments', { rows: 8_000 })), 'data.csv')
      .expect(201);
    const body = { dataset: uploaded.body.id, params: { rounds: 1_000, early_stopping_rounds: 0 } };
    const asked = Array.from({ length: TRAININGS }, (_, seed) =>
      post(nginx.url, '/v1/models/payments/train', { ...body, seed }).expect(202),
    );
    const ids = (await Promise.all(asked)).map((answer) => Number(answer.body.id));
    for (const id of ids) expect(await untilTrained(app, id)).toMatchObject({ status: 'processed' });
    const { rows } = await app.db.query(
      `SELECT job.attempts, count(*)::int AS versions
         FROM training_jobs job JOIN model_versions version ON version.training_job_id = job.id
        WHERE job.id = ANY($1) GROUP BY job.id`,
      [ids],
    );
    expect(rows).toEqual(Array(TRAININGS).fill({ attempts: 1, versions: 1 }));
    const done = app
      .log()
      .split('--- ')
      .map((log) => ids.filter((id) => log.includes(`training ${id}: done`)));
    expect(done.flat().sort()).toEqual([...ids].sort());
    expect(done.filter((some) => some.length > 0)).toHaveLength(2);
  });

  /** Single scores mostly, batches, and something that only reads; counts the decisions that are answered. */
  const mixed = (answered: { decisions: number }): (() => Call) => {
    let sent = 0;
    return () => {
      const at = sent++ % known.length;
      if (at % 10 === 8) return { method: 'GET', path: '/v1/models', judge: () => undefined };
      if (at % 10 === 9) return batchOf(answered);
      return {
        method: 'POST',
        path: `${MODEL}/score`,
        body: known[at],
        judge: (body) => {
          expect(body).toMatchObject({ probability: probabilities[at] });
          answered.decisions += 1;
        },
      };
    };
  };
  const batchOf = (answered: { decisions: number }): Call => ({
    method: 'POST',
    path: `${MODEL}/score/batch`,
    body: { transactions: known.slice(0, BATCH) },
    judge: (body) => {
      const results = probabilities.slice(0, BATCH).map((probability) => ({ probability }));
      expect(body).toMatchObject({ results });
      answered.decisions += BATCH;
    },
  });

  /** What happens while clients ask on and on; begins once both hosts answer, and ends when they do again. */
  const underLoad = async (
    what: string,
    work: () => Promise<unknown>,
  ): Promise<{ failures: readonly string[]; unheard: number }> => {
    const stored = await countDecisions(app);
    const answered = { decisions: 0 };
    const before = (await nginx.accesses()).length;
    const load = Load.start(nginx.url, app.key, CLIENTS, mixed(answered));
    try {
      await untilBothAnswer();
      await work();
      await untilBothAnswer();
    } finally {
      await load.end();
    }
    const accesses = (await nginx.accesses()).slice(before);
    const again = accesses.filter(({ hosts }) => hosts.includes(','));
    const reached = again.filter(({ connected }) => !connected.startsWith('-'));
    const unheard = (await countDecisions(app)) - stored - answered.decisions;
    report.push(
      `${what}: ${load.answered} requests answered, ${load.failures.length} failed; ${again.length} asked of the other ` +
        `host, ${reached.length} of them after a connection broke; ${unheard} decisions that nobody heard of`,
    );
    return { failures: load.failures, unheard };
  };
  /** From now on, by the log. */
  const untilBothAnswer = async (): Promise<void> => {
    const before = (await nginx.accesses()).length;
    await waitFor(
      async () => {
        const hosts = answering((await nginx.accesses()).slice(before));
        return [...bothHosts()].every((host) => hosts.has(host));
      },
      { what: 'both hosts to answer' },
    );
  };

  it('a rolling restart under load fails no request, and scores nothing twice', async () => {
    const { failures, unheard } = await underLoad('rolling restart', async () => {
      await app.restartApi();
      await untilBothAnswer();
      await second.end();
      second = await app.startSecondApi({ PORT: secondPort });
    });
    expect(failures).toEqual([]);
    expect(unheard).toBe(0);
  }, 120_000);

  it('a host that dies under load fails no score', async () => {
    const { failures, unheard } = await underLoad('killed host', async () => {
      if (app.pid !== null) process.kill(app.pid, 'SIGKILL');
      await app.restartApi();
    });
    expect(failures).toEqual([]);
    // Scored and stored, but the answer died with the host: what was under way then.
    expect(unheard).toBeLessThanOrEqual(CLIENTS * BATCH);
  }, 120_000);
});
