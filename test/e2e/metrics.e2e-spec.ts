import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '@app/embedded';
import { connect } from 'node:net';
import { exampleTransaction } from '@app/simulator';
import supertest from 'supertest';
import { startApp, type TestApp } from '../support/app.js';
import { Samples, scrape } from '../support/metrics.js';
import { exchange } from '../support/raw-request.js';
import { requestTraining, trainSimulated, untilTrained, uploadText } from '../support/training.js';
import { waitFor } from '../support/wait-for.js';

const REQUESTS = 'fraud_http_request_duration_seconds_count';
const HOUR = 3_600;
const SCORE_ROUTE = '/v1/models/:model/score';

describe('metrics', () => {
  let app: TestApp;
  let apiPort: number;
  let workerPort: number;
  beforeAll(async () => {
    [apiPort, workerPort] = [await freePort(), await freePort()];
    app = await startApp({ env: { METRICS_PORT: String(apiPort), WORKER_METRICS_PORT: String(workerPort) } });
  });
  afterAll(() => app.stop());

  const api = (): Promise<Samples> => scrape(apiPort);
  const usual = exampleTransaction('credit-card');

  it('tell that nothing scores yet', async () => {
    const samples = await api();
    expect(samples.sum('fraud_champions_loaded')).toBe(0);
    expect(samples.sum('fraud_champion_version')).toBeUndefined();
    expect(samples.sum('fraud_training_jobs', { status: 'pending' })).toBe(0);
    expect(samples.sum('fraud_training_oldest_job_age_seconds', { status: 'pending' })).toBe(0);
  });

  describe('of a champion and its traffic', () => {
    beforeAll(async () => {
      await trainSimulated(app, 'credit-card');
      for (let sent = 0; sent < 3; sent++) {
        await app.request().post('/v1/models/credit-card/score').send(usual).expect(200);
      }
      await app.request().post('/v1/fraud-score').send(usual).expect(200);
      await app
        .request()
        .post('/v1/models/credit-card/score/batch')
        .send({ transactions: [usual, usual] })
        .expect(200);
      await app
        .request()
        .post('/v1/models/credit-card/score')
        .send({ ...usual, Amount: 1e9 })
        .expect(200);
      await app.request().post('/v1/models/credit-card/score').send({}).expect(422);
      await app.request().post('/v1/models/payments/score').send({}).expect(503);
      await app.request().post('/v1/models/made-up-by-a-client/score').send({}).expect(404);
      for (const method of ['GET', 'POST', 'PROPFIND']) {
        expect((await fetch(`${app.url}/wp-login.php`, { method })).status).toBe(404);
      }
    });

    it('count requests by route, status and model', async () => {
      const samples = await waitFor(async () => {
        const found = await api();
        return found.sum(REQUESTS, { route: '(none)' }) === 3 ? found : null;
      });
      const count = (labels: Record<string, string | number>): number | undefined => samples.sum(REQUESTS, labels);
      expect(count({ route: SCORE_ROUTE, method: 'POST', status: 200, model: 'credit-card' })).toBe(4);
      expect(count({ route: SCORE_ROUTE, status: 422, model: 'credit-card' })).toBe(1);
      expect(count({ route: SCORE_ROUTE, status: 503, model: '' })).toBe(1);
      expect(count({ route: SCORE_ROUTE, status: 404, model: '' })).toBe(1);
      expect(count({ route: '/v1/fraud-score', status: 200, model: 'credit-card' })).toBe(1);
      expect(count({ route: `${SCORE_ROUTE}/batch`, status: 200, model: 'credit-card' })).toBe(1);
      expect(count({ route: '(none)', method: 'other', status: 404 })).toBe(3);
      expect(samples.text).not.toMatch(/made-up|wp-login/);
      expect(samples.valuesOf(REQUESTS, 'model')).toEqual(['', 'credit-card']);
    });

    it('count what cannot be read as a request', async () => {
      await exchange(app.url, 'FRAUD / HTTP/1.1\r\nHost: x\r\n\r\n', true);
      await exchange(app.url, 'CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n', true);
      const samples = await api();
      expect(samples.sum(REQUESTS, { route: '(none)', method: 'other', status: 400, model: '' })).toBe(2);
      expect(samples.sum('fraud_http_requests_in_flight')).toBe(0);
    });

    it('count who hangs up, as nginx does', async () => {
      const { hostname, port } = new URL(app.url);
      const socket = connect(Number(port), hostname);
      const head = [
        'POST /v1/fraud-score HTTP/1.1',
        'Host: localhost',
        `X-API-Key: ${app.key}`,
        'Content-Type: application/json',
        'Content-Length: 100',
      ];
      socket.end(`${head.join('\r\n')}\r\n\r\n{"Time":`, () => socket.destroy());
      await waitFor(async () => (await api()).sum(REQUESTS, { route: '/v1/fraud-score', status: 499 }) === 1);
      expect((await api()).sum('fraud_http_requests_in_flight')).toBe(0);
    });

    it('time them, with bounds where the alarms are', async () => {
      const samples = await api();
      const name = 'fraud_http_request_duration_seconds';
      const scored = { route: SCORE_ROUTE, status: 200 };
      expect(samples.sum(`${name}_sum`, scored)).toBeGreaterThan(0);
      expect(samples.sum(`${name}_bucket`, { ...scored, le: 30 })).toBe(4);
      expect(samples.valuesOf(`${name}_bucket`, 'le')).toEqual(expect.arrayContaining(['0.15', '0.2', '+Inf']));
    });

    it('count decisions, scores and warnings of each version, as they are stored', async () => {
      const samples = await api();
      const { rows } = await app.db.query<{ decision: string; count: string }>(
        'SELECT decision, count(*) FROM decisions GROUP BY decision',
      );
      const credit = { model: 'credit-card', version: 1 };
      for (const { decision, count } of rows) {
        expect(samples.sum('fraud_decisions_total', { ...credit, decision })).toBe(Number(count));
      }
      expect(samples.sum('fraud_decisions_total')).toBe(7);
      const { rows: sums } = await app.db.query<{ sum: string; warnings: string }>(
        'SELECT sum(score), sum(jsonb_array_length(warnings)) AS warnings FROM decisions',
      );
      expect(samples.sum('fraud_score_count', credit)).toBe(7);
      expect(samples.sum('fraud_score_sum', credit)).toBe(Number(sums[0]?.sum));
      expect(samples.sum('fraud_warnings_total', { model: 'credit-card' })).toBe(Number(sums[0]?.warnings));
      expect(samples.sum('fraud_warnings_total', { code: 'out_of_range' })).toBeGreaterThanOrEqual(1);
    });

    it('time ONNX runs and the decision log', async () => {
      const samples = await api();
      // Five requests with one transaction, one with two.
      expect(samples.sum('fraud_onnx_run_duration_seconds_count', { model: 'credit-card' })).toBe(6);
      expect(samples.sum('fraud_decision_log_duration_seconds_count')).toBe(6);
      expect(samples.sum('fraud_decision_log_duration_seconds_sum')).toBeGreaterThan(0);
      expect(samples.sum('fraud_decision_log_waiting')).toBe(0);
    });

    it('name the champion', async () => {
      const samples = await api();
      expect(samples.sum('fraud_champion_version', { model: 'credit-card' })).toBe(1);
      expect(samples.sum('fraud_champions_loaded')).toBe(1);
    });

    it('tell of the processes', async () => {
      for (const samples of [await api(), await scrape(workerPort)]) {
        expect(samples.sum('process_resident_memory_bytes')).toBeGreaterThan(1e7);
        expect(samples.sum('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);
        expect(samples.sum('process_start_time_seconds')).toBeLessThanOrEqual(Date.now() / 1_000);
      }
    });

    it('of the worker time trainings, and tell how they ended', async () => {
      const dataset = await uploadText(app, 'Time,Class\n1,0\n');
      const failed = await untilTrained(app, await requestTraining(app, 'credit-card', { dataset }));
      expect(failed.status).toBe('error');
      const name = 'fraud_training_duration_seconds_count';
      const samples = await waitFor(async () => {
        const found = await scrape(workerPort);
        return found.sum(name, { outcome: 'error' }) === 1 ? found : null;
      });
      expect(samples.sum(name, { model: 'credit-card', outcome: 'processed' })).toBe(1);
      const stages = samples.valuesOf('fraud_training_stage_duration_seconds_count', 'stage');
      expect(stages).toEqual(['evaluating', 'fetching', 'reading', 'training']);
      expect(samples.sum('fraud_training_jobs', { status: 'processing' })).toBe(0);
    });

    it('show a job that waits for a worker, also where there is none', async () => {
      await app.killWorker('SIGTERM');
      const dataset = await uploadText(app, 'Time,Class\n1,0\n');
      await requestTraining(app, 'credit-card', { dataset });
      const samples = await waitFor(async () => {
        const found = await api();
        return (found.sum('fraud_training_oldest_job_age_seconds', { status: 'pending' }) ?? 0) > 0 ? found : null;
      });
      expect(samples.sum('fraud_training_jobs', { status: 'pending' })).toBe(1);
    });

    it('count what a job waited for into its waiting, not into its running', async () => {
      const age = 'fraud_training_oldest_job_age_seconds';
      const set = (values: string) => app.db.query(`UPDATE training_jobs SET ${values} WHERE status = 'pending'`);
      await set(`created_at = now() - interval '5 h'`);
      expect((await api()).sum(age, { status: 'pending' })).toBeGreaterThan(4.9 * HOUR);
      await set(`status = 'processing', started_at = now() - interval '2 h', heartbeat_at = now()`);
      const samples = await api();
      expect(samples.sum(age, { status: 'pending' })).toBe(0);
      expect(samples.sum(age, { status: 'processing' })).toBeGreaterThan(1.9 * HOUR);
      expect(samples.sum(age, { status: 'processing' })).toBeLessThan(3 * HOUR);
      expect(samples.sum('fraud_training_jobs', { status: 'processing' })).toBe(1);
    });

    it('find the jobs by their index, however many are finished', async () => {
      await app.db.query(`
        INSERT INTO training_jobs (model_id, dataset_url, algorithm, params, seed, requested_by, status, stage, finished_at)
        SELECT model_id, 'http://127.0.0.1/', algorithm, params, seed, requested_by, 'cancelled', 'queued', now()
        FROM (SELECT * FROM training_jobs LIMIT 1) AS job, generate_series(1, 20000)`);
      await app.db.query('VACUUM ANALYZE training_jobs');
      const scans = async (): Promise<number> => {
        const { rows } = await app.db.query<{ scans: string }>(
          `SELECT idx_scan AS scans FROM pg_stat_user_indexes WHERE indexrelname = 'training_jobs_unfinished'`,
        );
        return Number(rows[0]?.scans);
      };
      const before = await scans();
      // PostgreSQL counts late: a few may be from before.
      await waitFor(async () => {
        await api();
        return (await scans()) > before + 10;
      });
      await app.db.query(`DELETE FROM training_jobs WHERE dataset_url = 'http://127.0.0.1/'`);
    });
  });

  describe('access', () => {
    it('on the API’s port asks for a key with the scope manage', async () => {
      const { body } = await app
        .request()
        .post('/v1/keys')
        .send({ name: 'till', scopes: ['score'] })
        .expect(201);
      await supertest(app.url).get('/metrics').set('X-API-Key', String(body.key)).expect(403);
      const answer = await app.request().get('/metrics').expect(200);
      expect(answer.type).toBe('text/plain');
      expect(new Samples(answer.text).sum('fraud_champions_loaded')).toBe(1);
    });

    it('on a port that is taken end the start', async () => {
      await expect(app.startSecondApi()).rejects.toThrow(
        `Port ${apiPort} is taken by another program: set METRICS_PORT to a free one.`,
      );
      await app.restartWorker();
      await expect(app.startSecondWorker()).rejects.toThrow('set WORKER_METRICS_PORT to a free one.');
    });

    it('on its own port opens nothing else', async () => {
      const own = supertest(`http://127.0.0.1:${apiPort}`);
      await own.get('/v1/models').expect(404);
      await own.post('/metrics').expect(405);
    });
  });
});
