import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SimulatedModel } from '@app/simulator';
import { startApp, type TestApp } from '../support/app.js';
import { ask, makeKey } from '../support/keys.js';
import { commandsBelow, inShell } from '../support/production-guide.js';
import { type PostgresServer, startServer } from '../support/postgres-server.js';
import { FETCH_TIMEOUT } from '../support/tool.js';
import {
  requestTraining,
  simulatedCsv,
  trainSimulated,
  untilServing,
  untilTrained,
  uploadText,
} from '../support/training.js';

/** What must be the same to the letter. */
const LISTS = [
  '/v1/models',
  '/v1/models/credit-card',
  '/v1/models/credit-card/versions/1',
  '/v1/models/credit-card/versions/2',
  '/v1/models/credit-card/promotions',
  '/v1/models/payments',
  '/v1/training/1',
];

/**
 * A backup is made of a running application's database by the production guide's commands, and restored by them into an
 * empty one, on which a second application is started.
 */
describe('a restored backup', () => {
  let server: PostgresServer;
  let app: TestApp;
  let restored: TestApp;
  let shell: (heading: string, more?: NodeJS.ProcessEnv) => Promise<string>;
  let kept: { readonly name: string; readonly key: string };
  let revoked: { readonly name: string; readonly key: string };
  let waiting: number;
  const decisionIds: string[] = [];

  beforeAll(async () => {
    server = await startServer();
    const { postgres, programs, directory } = server;
    const target = new URL(postgres.url);
    target.pathname = 'fraud_restored';
    const env = { DATABASE_URL: postgres.url, RESTORED_URL: target.href };
    shell = (heading, more) =>
      inShell(commandsBelow(heading).join('\n'), { cwd: directory, env: { ...env, ...more }, path: programs });

    app = await startApp({ databaseUrl: postgres.url });
    await trainSimulated(app, 'credit-card', { rows: 4_000 });
    await trainSimulated(app, 'credit-card', { rows: 8_000, seed: 3 });
    await trainSimulated(app, 'payments', { rows: 2_000 });
    kept = await makeKey(app, [app.url], { rate_limit_per_minute: 1_000 });
    revoked = await makeKey(app, [app.url]);
    await app.request().delete(`/v1/keys/${revoked.name}`).expect(204);
    const transactions = transactionsOf('payments', 50);
    const { body } = await app.request().post('/v1/models/payments/score/batch').send({ transactions }).expect(200);
    decisionIds.push(...(body.results as { decision_id: string }[]).map((each) => each.decision_id));
    // The backup holds a training that nobody has begun with; Redis, which carried it, has none.
    await app.killWorker('SIGTERM');
    const dataset = await uploadText(app, simulatedCsv('credit-account', { rows: 1_000 }), true);
    waiting = await requestTraining(app, 'credit-account', { dataset, params: { rounds: 20 } });

    await shell('Back up');
    await shell('Restore');
    const DATASETS_DIR = join(app.dataDir, 'datasets');
    restored = await startApp({ databaseUrl: target.href, worker: false, env: { DATASETS_DIR } });
    await untilServing(restored, 'credit-card', await championOf(app, 'credit-card'));
    await untilServing(restored, 'payments', 1);
  }, FETCH_TIMEOUT);
  afterAll(async () => {
    await restored.stop();
    await app.stop();
    await server.stop();
  });

  /** The same request to both; the first answer is the old one's. */
  async function both(method: 'get' | 'post', path: string, body?: object): Promise<[string, string]> {
    const send = async (of: TestApp): Promise<string> => (await of.request()[method](path).send(body).expect(200)).text;
    return Promise.all([send(app), send(restored)]);
  }

  it.each(LISTS)('has the same %s', async (path) => {
    const [ours, theirs] = await both('get', path);
    expect(theirs).toBe(ours);
  });

  it('scores the same transactions alike, to the last bit', async () => {
    const [ours, theirs] = await both('post', '/v1/fraud-score/batch', transactionsOf('credit-card', 300));
    expect(theirs).toBe(ours);
    for (const model of ['credit-card', 'payments'] as const) {
      const transactions = transactionsOf(model, 300);
      const answers = await both('post', `/v1/models/${model}/score/batch`, { transactions });
      const [our, their] = answers.map(withoutIds);
      expect(their).toBe(our);
      expect(new Set(our?.match(/"probability":[^,]+/g)).size).toBeGreaterThan(20);
    }
  });

  it('gives the same reasons', async () => {
    for (const transaction of transactionsOf('credit-card', 20)) {
      const answers = await both('post', '/v1/models/credit-card/score?explain=true', transaction);
      const [ours, theirs] = answers.map(withoutIds);
      expect(theirs).toBe(ours);
      expect(ours).toContain('"contribution":');
    }
  });

  it('lets in whom it let in, and nobody else', async () => {
    await ask(restored.url, kept.key).expect(200).expect('ratelimit-limit', '1000');
    expect((await ask(restored.url, revoked.key).expect(403)).body.code).toBe('key_unknown');
    // The administrator's key is that of its own environment.
    await ask(restored.url, restored.key).expect(200);
    await ask(restored.url, app.key).expect(403);
    await ask(app.url, app.key).expect(200);
  });

  it('knows every decision that was made', async () => {
    expect(decisionIds).toHaveLength(50);
    for (const id of decisionIds) {
      const [ours, theirs] = await both('get', `/v1/decisions/${id}`);
      expect(theirs).toBe(ours);
    }
  });

  it('is seen to be whole by the command for it', async () => {
    const lines = (await shell('Compare')).trim().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(lines[1]).toBe(lines[0]);
    await restored.db.query('UPDATE model_versions SET version = version + 10');
    const [ours, theirs] = (await shell('Compare')).trim().split('\n');
    await restored.db.query('UPDATE model_versions SET version = version - 10');
    expect(ours).toBe(lines[0]);
    expect(theirs).not.toBe(ours);
  });

  it('goes on when the oldest decisions are dropped', async () => {
    const { rows } = await restored.db.query('SELECT tableoid::regclass::text AS name FROM decisions LIMIT 1');
    await shell('Old decisions', { DATABASE_URL: restored.databaseUrl, PARTITION: rows[0].name });
    await restored.request().get(`/v1/decisions/${decisionIds[0]}`).expect(404);
    await app.request().get(`/v1/decisions/${decisionIds[0]}`).expect(200);
    const [transaction] = transactionsOf('payments', 1);
    const { body } = await restored.request().post('/v1/models/payments/score').send(transaction).expect(200);
    await restored.request().get(`/v1/decisions/${body.decision_id}`).expect(200);
  });

  it('goes on with what was waiting, and forgets nothing that must stay', async () => {
    await restored.restartWorker();
    expect(await untilTrained(restored, waiting)).toMatchObject({ status: 'processed', version: 1, promoted: true });
    await expect(restored.db.query('DELETE FROM promotions')).rejects.toThrow('append-only');
    const { name } = await makeKey(restored, [restored.url]);
    expect(name).not.toBe(kept.name);
    const { body } = await app.request().get(`/v1/training/${waiting}`).expect(200);
    expect(body.status).toBe('pending');
  });

  it('without the training files, says what to do, and does it again once it is done', async () => {
    const csv = simulatedCsv('payments', { rows: 1_000, seed: 9 });
    const dataset = await uploadText(restored, csv, true);
    await rm(join(app.dataDir, 'datasets'), { recursive: true });
    const request = { dataset, params: { rounds: 20 } };
    const failed = await untilTrained(restored, await requestTraining(restored, 'payments', request));
    expect(failed.error?.code).toBe('dataset_missing');
    expect(failed.error?.message).toContain('Upload it again');
    expect(await uploadText(restored, csv, true)).toBe(dataset);
    const again = await untilTrained(restored, await requestTraining(restored, 'payments', request));
    expect(again.status).toBe('processed');
  });
});

async function championOf(app: TestApp, model: string): Promise<number> {
  return Number((await app.request().get(`/v1/models/${model}`).expect(200)).body.champion.version);
}

/** Simulated rows as the routes take them. */
function transactionsOf(model: SimulatedModel, rows: number): Record<string, unknown>[] {
  const [header = '', ...lines] = simulatedCsv(model, { rows, seed: 11 }).trimEnd().split('\n');
  const names = header.split(',').slice(0, -1);
  return lines.map((line) => {
    const values = line.split(',');
    return Object.fromEntries(names.map((name, index) => [name, asSent(values[index] ?? '')]));
  });
}

function asSent(text: string): unknown {
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

/** Each decision has an id of its own. */
function withoutIds(text: string): string {
  return text.replace(/"decision_id":"[^"]+",?/g, '');
}
