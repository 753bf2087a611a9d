import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@app/embedded';
import { exampleTransaction } from '@app/simulator';
import { startApp, type TestApp } from '../support/app.js';
import { dashboardQueries, type Query } from '../support/dashboards.js';
import { scrape } from '../support/metrics.js';
import { Prometheus } from '../support/prometheus.js';
import { selectorsIn } from '../support/promql.js';
import { requestTraining, trainSimulated, untilServing, untilTrained, uploadText } from '../support/training.js';
import { waitFor } from '../support/wait-for.js';

/** A Prometheus that has to be fetched is some 30 MB. */
const FETCH_TIMEOUT = 600_000;
const HOUR = 3_600;
const LONG_AGO = Math.floor(Date.now() / 1_000) - 48 * HOUR;
/** What Prometheus makes itself. */
const ITS_OWN = ['up', 'ALERTS'];

const VARIABLES = {
  instance: '.*',
  route: '.*',
  model: 'credit-card',
  version: '.*',
  __rate_interval: '5s',
  __range: '10m',
};

/** Dashboards and rules against an application under traffic, and a real Prometheus that scrapes it. */
describe('dashboards and rules', () => {
  const queries = dashboardQueries(VARIABLES);
  const closing: (() => Promise<void>)[] = [];
  let app: TestApp;
  let ports: { readonly api: number; readonly worker: number };
  let prometheus: Prometheus;

  beforeAll(async () => {
    ports = { api: await freePort(), worker: await freePort() };
    const settings = { METRICS_PORT: String(ports.api), WORKER_METRICS_PORT: String(ports.worker) };
    app = await startApp({ env: { ...settings, LOG_LEVEL: 'error' } });
    closing.push(() => app.stop());
    const directory = await mkdtemp(join(app.dataDir, 'prometheus-'));
    const history = `${meanScores('credit-card')}${strictVersions()}# EOF\n`;
    prometheus = await Prometheus.start({ directory, ports, history });
    closing.push(() => prometheus.stop());
    await everythingHappens();
  }, FETCH_TIMEOUT);
  afterAll(async () => {
    for (const close of closing.reverse()) await close();
  });

  const score = (model: string, body: object, status: number) =>
    app.request().post(`/v1/models/${model}/score`).send(body).expect(status);

  /** Three and a half days of hourly mean scores, for a baseline: 4 and 6 in turns. */
  function meanScores(model: string): string {
    const lastHour = Math.floor(Date.now() / 1_000 / HOUR) * HOUR - 2 * HOUR;
    const lines = Array.from({ length: 84 }, (_, hour) => {
      const at = lastHour - (83 - hour) * HOUR;
      return `model:fraud_score:mean1h{model="${model}"} ${hour % 2 === 0 ? 4 : 6} ${at}`;
    });
    return `${lines.join('\n')}\n`;
  }

  /** Two hours of a model whose version 1 approves nothing, 2 everything, and 3 three of four; two days ago. */
  function strictVersions(): string {
    const decisions = { 1: { block: 1 }, 2: { approve: 1 }, 3: { approve: 3, review: 1 } };
    const lines = Object.entries(decisions).flatMap(([version, counts]) =>
      Object.entries(counts).flatMap(([decision, count]) =>
        Array.from({ length: 120 }, (_, minute) => {
          const labels = `job="api",model="strict",version="${version}",decision="${decision}"`;
          return `fraud_decisions_total{${labels}} ${count * minute} ${LONG_AGO + minute * 60}`;
        }),
      ),
    );
    return `${lines.join('\n')}\n`;
  }

  /** Whatever a metric or a panel is about: scores, batches, refusals, errors, trainings, promotions, restarts. */
  async function everythingHappens(): Promise<void> {
    const usual = exampleTransaction('credit-card');
    await until('increase(fraud_http_request_duration_seconds_count{status="503"}[10s]) > 0', () =>
      score('credit-card', usual, 503),
    );
    await trainSimulated(app, 'credit-card', {}, { params: { rounds: 1, max_depth: 1 } });
    await trainSimulated(app, 'payments', { rows: 500 });
    const failing = await uploadText(app, 'Time,Class\n1,0\n');
    await untilTrained(app, await requestTraining(app, 'credit-card', { dataset: failing }));
    await traffic();
    const { version, promoted } = await trainSimulated(app, 'credit-card', { seed: 2 });
    if (!promoted) {
      await app.request().post('/v1/models/credit-card/promote').send({ version, reason: 'a test' }).expect(200);
      await untilServing(app, 'credit-card', version);
    }
    await breakChampion('payments');
    await app.restartApi();
    await until('changes(process_start_time_seconds{job="api"}[10m]) > 0');
    await traffic();
  }

  /** A rate needs two scrapes between which something came, a mean score a hundred transactions. */
  async function traffic(): Promise<void> {
    const usual = exampleTransaction('credit-card');
    await until('sum(increase(fraud_score_count[5s])) > 0 and sum(increase(fraud_score_count[1h])) > 100', async () => {
      await score('credit-card', usual, 200);
      await score('credit-card', { ...usual, Amount: 1e9 }, 200);
      await score('credit-card', {}, 422);
      await app.request().post('/v1/fraud-score').send(usual).expect(200);
      const transactions = Array.from({ length: 50 }, () => usual);
      await app.request().post('/v1/models/credit-card/score/batch').send({ transactions }).expect(200);
    });
  }

  /** Does something until Prometheus has seen it, from now on. */
  async function until(query: string, act: () => PromiseLike<unknown> = () => Promise.resolve()): Promise<void> {
    const since = Date.now();
    await waitFor(
      async () => {
        await act();
        return (await prometheus.series(query, since)).length > 0;
      },
      { what: query },
    );
  }

  /** Spoils the artefact together with its hash, so that the database takes it. */
  async function breakChampion(model: string): Promise<void> {
    await app.db.query(
      `UPDATE model_versions SET artifact = set_byte(artifact, 0, 255),
         artifact_sha256 = encode(sha256(set_byte(artifact, 0, 255)), 'hex')
       WHERE is_champion AND model_id = (SELECT id FROM models WHERE name = $1)`,
      [model],
    );
  }

  /** What gives no data, or series that lack a label of their legend. Waits while there is any. */
  async function withoutData(asked: readonly Query[]): Promise<readonly string[]> {
    let missing: readonly string[] = [];
    const none = async (): Promise<boolean> => {
      const answers = await Promise.all(asked.map(({ expression }) => prometheus.series(expression)));
      missing = asked
        .filter(({ labels }, at) => !answers[at]?.some((series) => labels.every((label) => series[label])))
        .map(({ from, expression }) => `${from}: ${expression}`);
      return missing.length === 0;
    };
    await waitFor(none).catch(() => null);
    return missing;
  }

  it('are scraped from both processes', async () => {
    const targets = await prometheus.targets();
    expect(targets.map(({ labels, health }) => `${labels.job} ${health}`).sort()).toEqual(['api up', 'worker up']);
  });

  it('name no metric that is not exported', async () => {
    const texts = await Promise.all([scrape(ports.api), scrape(ports.worker)]);
    const rules = await prometheus.rules();
    const exported = new Set([
      ...texts.flatMap(({ names }) => names),
      ...rules.filter(({ type }) => type === 'recording').map(({ name }) => name),
      ...ITS_OWN,
    ]);
    const named = [...queries.map(({ expression }) => expression), ...rules.map(({ query }) => query)]
      .flatMap(selectorsIn)
      .map(({ metric }) => metric);
    expect(named.length).toBeGreaterThan(100);
    expect([...new Set(named)].filter((metric) => !exported.has(metric))).toEqual([]);
  });

  it('show data in every panel, for every mark and every choice', async () => {
    expect(await withoutData(queries)).toEqual([]);
  });

  it('show the share that a version does not approve, also where it approves nothing', async () => {
    const strict = dashboardQueries({ ...VARIABLES, model: 'strict' });
    const asked = strict.find(({ from }) => from === 'model: Not approved, by version: A')?.expression ?? '';
    const shares = await prometheus.values(asked, 'version', LONG_AGO + 2 * HOUR - 60);
    expect(Object.keys(shares)).toEqual(['1', '2', '3']);
    expect(shares).toEqual({ 1: expect.closeTo(1), 2: expect.closeTo(0), 3: expect.closeTo(0.25) });
  });

  it('have data for every rule: what is recorded, and all that an alarm looks at', async () => {
    const rules = await prometheus.rules();
    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
    const asked = rules.flatMap(({ type, name, query }) =>
      type === 'recording' ? [name] : selectorsIn(query).map(({ text }) => text),
    );
    expect(await withoutData(asked.map((expression) => ({ from: 'rules', expression, labels: [] })))).toEqual([]);
  });

  it.each(['ChampionBroken', 'ScoreDrift', 'ServerErrors'])('tell of what is wrong here: %s', async (alarm) => {
    const firing = `ALERTS{alertname="${alarm}", alertstate="firing"}`;
    await waitFor(async () => (await prometheus.series(firing)).length > 0, { what: firing });
  });
});
