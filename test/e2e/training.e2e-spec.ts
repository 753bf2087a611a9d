import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exampleTransaction } from '@app/simulator';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { startApp, type TestApp } from '../support/app.js';
import {
  getTraining,
  requestTraining,
  simulatedCsv,
  trainSimulated,
  untilServing,
  untilTrained,
  uploadText,
} from '../support/training.js';

const MEBIBYTE_OF_ROWS = 40_000;

describe('training', () => {
  let app: TestApp;
  let files: Server;
  const served = new Map<string, { type: string; body: string | Buffer; status?: number }>();
  const linkTo = (path: string): string => `http://127.0.0.1:${(files.address() as AddressInfo).port}${path}`;

  beforeAll(async () => {
    app = await startApp({ env: { DATASET_HOSTS_ALLOWED: '127.0.0.1', DATASET_MAX_MIB: '4' } });
    files = createServer((request, response) => {
      const file = served.get(request.url ?? '');
      response.writeHead(file?.status ?? (file ? 200 : 404), { 'Content-Type': file?.type ?? 'text/plain' });
      response.end(file?.body ?? 'nothing here');
    }).listen(0, '127.0.0.1');
  });
  afterAll(async () => {
    files.close();
    await app.stop();
  });

  describe('of a first, a better and a worse version', () => {
    it('goes from upload to champion, visibly', async () => {
      const dataset = await uploadText(app, simulatedCsv('credit-card', { rows: 6_000 }), true);
      const id = await requestTraining(app, 'credit-card', { dataset, params: { rounds: 2 } });
      const training = await untilTrained(app, id);
      expect(training).toMatchObject({
        id,
        model: 'credit-card',
        status: 'processed',
        progress: 1,
        dataset,
        version: 1,
        promoted: true,
        error: null,
      });
      expect(training.metrics).toMatchObject({ rows: 1_200, threshold: 50 });
      expect(training.metrics?.['average_precision']).toBeGreaterThan(0.2);
    });

    it('takes over when it is better on the same holdout', async () => {
      const training = await trainSimulated(app, 'credit-card', { rows: 6_000, seed: 2 }, { params: { rounds: 100 } });
      expect(training).toMatchObject({ version: 2, promoted: true });
      const { body } = await app.request().get('/v1/models/credit-card').expect(200);
      expect(body.champion).toMatchObject({ version: 2, champion: true, simulated: true });
      expect(body.versions.map(({ version }: { version: number }) => version)).toEqual([2, 1]);
    });

    it('does not take over when it is worse', async () => {
      const training = await trainSimulated(
        app,
        'credit-card',
        { rows: 6_000, seed: 2 },
        { params: { rounds: 1, max_depth: 1 } },
      );
      expect(training).toMatchObject({ version: 3, promoted: false });
      expect(training.reason).toMatch(/^not better: average_precision 0\.\d{4} against the champion's 0\.\d{4}/);
      const { body } = await app.request().get('/v1/models/credit-card').expect(200);
      expect(body.champion.version).toBe(2);
    });

    it('is all in the ledger, newest first, with both figures', async () => {
      const { body } = await app.request().get('/v1/models/credit-card/promotions').expect(200);
      expect(body).toMatchObject([
        { version: 3, champion: 2, promoted: false, metric: 'average_precision', holdout_rows: 1_200 },
        { version: 2, champion: 1, promoted: true },
        { version: 1, champion: null, champion_value: null, promoted: true },
      ]);
      expect(body[1].challenger_value).toBeGreaterThan(body[1].champion_value);
      expect(body[0].challenger_value).toBeLessThan(body[0].champion_value);
      // The champion's figure comes from the challenger's holdout: version 2 was measured on the very same rows there.
      expect(body[0].champion_value).toBe(body[1].challenger_value);
    });
  });

  it('tells where a version comes from', async () => {
    const { body } = await app.request().get('/v1/models/credit-card/versions/2').expect(200);
    expect(body.lineage).toMatchObject({
      dataset: { simulated: true, rows: 6_000, source: 'data.csv' },
      split: { method: 'by_time', train_rows: 4_800, holdout_rows: 1_200 },
      params: { rounds: 100, max_depth: 6 },
      seed: 1,
      libraries: { xgboost: expect.stringMatching(/^\d+\.\d+/), onnxruntime: expect.stringMatching(/^\d/) },
    });
    expect(body.lineage.export_difference).toBeLessThan(1e-5);
    const shares = Object.values(body.importances as Record<string, number>);
    expect(shares).toHaveLength(30);
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
  });

  it('gives an artefact that any ONNX client scores the same with', async () => {
    const file = await app.request().get('/v1/models/credit-card/versions/2/artifact').responseType('blob').expect(200);
    const artifact = file.body as Buffer;
    const version = await app.request().get('/v1/models/credit-card/versions/2').expect(200);
    expect(createHash('sha256').update(artifact).digest('hex')).toBe(version.body.artifact_sha256);
    const session = await InferenceSession.create(artifact);
    const inputs = Float32Array.from(Object.values(exampleTransaction('credit-card')), Number);
    const { probability } = await session.run({ features: new Tensor('float32', inputs, [1, 30]) });
    const scored = await app
      .request()
      .post('/v1/models/credit-card/score')
      .send(exampleTransaction('credit-card'))
      .expect(200);
    expect(scored.body.model_version).toBe(2);
    expect(scored.body.probability).toBe(probability?.data[0]);
  });

  it('gives the same artefact for the same data, parameters and seed, and another for another seed', async () => {
    const dataset = await uploadText(app, simulatedCsv('payments', { rows: 2_000 }));
    const hashOf = async (seed: number): Promise<string> => {
      const request = { dataset, seed, params: { rounds: 30, subsample: 0.7 } };
      const { version } = await untilTrained(app, await requestTraining(app, 'payments', request));
      return String(
        (await app.request().get(`/v1/models/payments/versions/${version}`).expect(200)).body.artifact_sha256,
      );
    };
    const first = await hashOf(7);
    expect(await hashOf(7)).toBe(first);
    expect(await hashOf(8)).not.toBe(first);
  });

  it.each(['random_forest', 'logistic_regression'])('also trains a %s', async (algorithm) => {
    const training = await trainSimulated(
      app,
      'credit-account',
      { rows: 2_000 },
      { algorithm, params: { rounds: 20 } },
    );
    expect(training).toMatchObject({ status: 'processed', algorithm });
    expect(training.metrics?.['roc_auc']).toBeGreaterThan(0.6);
  });

  it('fetches a link, also gzipped, and the same bytes twice are one data set', async () => {
    served.set('/rows.csv.gz', {
      type: 'application/gzip',
      body: gzipSync(simulatedCsv('credit-account', { seed: 5 })),
    });
    const request = { dataset: linkTo('/rows.csv.gz'), params: { rounds: 5 } };
    const trainings = [
      await untilTrained(app, await requestTraining(app, 'credit-account', request)),
      await untilTrained(app, await requestTraining(app, 'credit-account', request)),
    ];
    for (const training of trainings) expect(training).toMatchObject({ status: 'processed', dataset: request.dataset });
    const { rows } = await app.db.query('SELECT count(*)::int AS n FROM datasets WHERE source = $1', [request.dataset]);
    expect(rows).toEqual([{ n: 1 }]);
  });

  describe('of a model of one’s own', () => {
    const definition = {
      name: 'claims',
      label: 'fraudulent',
      features: [
        { name: 'amount', type: 'number' },
        { name: 'channel', type: 'category', nullable: true },
        { name: 'first claim', type: 'boolean' },
        { name: 'age', type: 'number', nullable: true },
      ],
      time_column: 'at',
      carried: ['customer'],
      policy: { review: 30, block: 70 },
    };
    const csv = (rows: number): string =>
      [
        'at,customer,channel,amount,first claim,age,fraudulent',
        ...Array.from({ length: rows }, (_, row) => {
          const fraud = row % 10 === 0;
          const at = new Date(Date.UTC(2026, 0, 1) + row * 60_000).toISOString();
          const channel = row % 13 === 0 ? '' : fraud ? 'web' : ['branch', 'phone', 'web'][row % 3];
          return [
            at,
            `c${row % 50}`,
            channel,
            fraud ? 900 + (row % 7) : 100 + (row % 89),
            fraud,
            row % 17 ? 30 + (row % 40) : '',
            fraud ? 1 : 0,
          ].join();
        }),
      ].join('\n');

    it('works as a built-in one does', async () => {
      const created = await app.request().post('/v1/models').send(definition).expect(201);
      expect(created.body).toMatchObject({
        ...definition,
        built_in: false,
        champion: null,
        versions: [],
        metric: 'average_precision',
      });
      await app.request().post('/v1/models').send(definition).expect(409);
      await app.request().post('/v1/models/claims/score').send({}).expect(503);

      const dataset = await uploadText(app, csv(600));
      const training = await untilTrained(
        app,
        await requestTraining(app, 'claims', { dataset, params: { rounds: 30 } }),
      );
      expect(training).toMatchObject({ status: 'processed', version: 1, promoted: true });
      await untilServing(app, 'claims', 1);

      const score = (body: object) => app.request().post('/v1/models/claims/score').send(body);
      const usual = {
        amount: 120,
        channel: 'branch',
        'first claim': false,
        age: 41,
        customer: 'c1',
        at: '2026-02-01T00:00:00Z',
      };
      const fraud = { amount: 903, channel: 'web', 'first claim': true };
      expect((await score(usual).expect(200)).body).toMatchObject({ decision: 'approve', warnings: [] });
      expect((await score(fraud).expect(200)).body).toMatchObject({ decision: 'block', is_fraud: true });
      const unseen = await score({ ...usual, channel: 'carrier pigeon' }).expect(200);
      expect(unseen.body.warnings).toMatchObject([{ code: 'unknown_category', feature: 'channel' }]);

      const refused = await score({ ...usual, amount: '120', 'first claim': 'no', chanel: 'web' }).expect(422);
      expect(refused.body.errors.map(({ path }: { path: string }) => path).sort()).toEqual([
        'amount',
        'chanel',
        'first claim',
      ]);
    });

    it.each([
      [{ ...definition, name: 'Bad Name' }, 'name'],
      [{ ...definition, name: 'x', features: [] }, 'features'],
      [{ ...definition, name: 'x', features: [{ name: 'a', type: 'text' }] }, 'features.0.type'],
      [{ ...definition, name: 'x', label: 'amount' }, 'label'],
      [{ ...definition, name: 'x', policy: { review: 90, block: 10 } }, 'policy'],
      [{ ...definition, name: 'x', surprise: 1 }, 'surprise'],
    ])('is refused where it does not hold together (%#)', async (body, path) => {
      const answer = await app.request().post('/v1/models').send(body).expect(422);
      expect(answer.body.errors[0].path).toContain(path);
    });
  });

  describe('that cannot work', () => {
    const good = simulatedCsv('credit-account', { rows: 200, seed: 9 });
    const lines = good.trimEnd().split('\n');
    const header = lines[0] ?? '';
    const replaced = (line: number, column: string, value: string): string => {
      const cells = lines[line - 1]?.split(',') ?? [];
      cells[header.split(',').indexOf(column)] = value;
      return lines.with(line - 1, cells.join()).join('\n');
    };
    const allLabelled = (label: string): string =>
      [header, ...lines.slice(1).map((line) => line.replace(/[01]$/, label))].join('\n');

    it.each([
      [
        'a missing column',
        lines.map((line) => line.split(',').slice(2).join()).join('\n'),
        'missing_column',
        /number_of_open_accounts/,
      ],
      ['a label that is not 0/1', replaced(12, 'is_fraud', '2'), 'bad_label', /is_fraud.*"2" in line 12/],
      ['no frauds', allLabelled('0'), 'no_frauds', /fraud/],
      ['nothing but frauds', allLabelled('1'), 'no_legitimate', /fraud|legitimate/],
      ['too few rows', lines.slice(0, 20).join('\n'), 'too_few_rows', /19.*50/],
      [
        'text in a number column',
        replaced(17, 'total_balance', 'a lot'),
        'not_a_number',
        /total_balance.*"a lot" in line 17/,
      ],
      ['a missing value', replaced(33, 'total_balance', ''), 'missing_value', /total_balance.*line 33/],
      ['no CSV', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]), 'not_csv', /./],
    ])('because of %s ends as an error that says so', async (_, content, code, message) => {
      const dataset = await uploadText(app, content);
      const training = await untilTrained(app, await requestTraining(app, 'credit-account', { dataset }));
      expect(training).toMatchObject({ status: 'error', version: null, metrics: null });
      expect(training.error?.code).toBe(code);
      expect(training.error?.message).toMatch(message);
    });

    it.each([
      ['answers 404', () => linkTo('/missing.csv'), 'http_status', /404/],
      ['answers a page', () => linkTo('/page'), 'html_answer', /web page/],
      ['is over the limit', () => linkTo('/large.csv'), 'too_large', /4 MiB/],
      ['reaches nobody', () => 'http://127.0.0.1:1/x.csv', 'unreachable', /refused/i],
      ['has no name in the DNS', () => 'http://nobody.invalid/x.csv', 'unreachable', /nobody\.invalid/],
      ['leads inside', () => 'http://169.254.169.254/latest/meta-data', 'forbidden_address', /DATASET_HOSTS_ALLOWED/],
      ['leads inside by IPv6', () => 'http://[::1]:5432/', 'forbidden_address', /DATASET_HOSTS_ALLOWED/],
    ])('because its link %s ends as an error that says so', async (_, link, code, message) => {
      served.set('/page', { type: 'text/html', body: '<!doctype html><title>Sign in</title>' });
      served.set('/large.csv', { type: 'text/csv', body: 'x'.repeat(5_000_000) });
      const training = await untilTrained(app, await requestTraining(app, 'credit-account', { dataset: link() }));
      expect(training.status).toBe('error');
      expect(training.error?.code).toBe(code);
      expect(training.error?.message).toMatch(message);
    });

    it.each([
      [{}, 'dataset'],
      [{ dataset: '' }, 'dataset'],
      [{ dataset: 'ftp://example.org/x.csv' }, 'dataset'],
      [{ dataset: '/etc/passwd' }, 'dataset'],
      [{ dataset: '019a0f5e-9d2b-7c61-8a55-1f0e3f6f3b7a' }, 'dataset'],
      [{ dataset: 'http://127.0.0.1/', algorithm: 'magic' }, 'algorithm'],
      [{ dataset: 'http://127.0.0.1/', params: { depth: 6 } }, 'params'],
      [{ dataset: 'http://127.0.0.1/', params: { rounds: 'many' } }, 'params'],
      [{ dataset: 'http://127.0.0.1/', seed: -1 }, 'seed'],
    ])('is refused at once: %j', async (body, path) => {
      const answer = await app.request().post('/v1/models/credit-account/train').send(body).expect(422);
      expect(answer.body.errors[0].path).toBe(path);
    });

    it('is refused for a model that does not exist', async () => {
      await app.request().post('/v1/models/nobody/train').send({ dataset: 'http://127.0.0.1/' }).expect(404);
    });
  });

  describe('uploads', () => {
    it('of the same bytes are one data set', async () => {
      const csv = simulatedCsv('credit-account', { rows: 100, seed: 77 });
      expect(await uploadText(app, csv)).toBe(await uploadText(app, csv));
    });

    it('over the limit are refused, and leave nothing behind', async () => {
      const rows = 'x'.repeat(128).concat('\n').repeat(MEBIBYTE_OF_ROWS);
      const answer = await app.request().post('/v1/datasets').attach('file', Buffer.from(rows), 'big.csv').expect(413);
      expect(answer.body).toMatchObject({ code: 'too_large' });
    });

    it.each([
      ['without a file', () => app.request().post('/v1/datasets').field('simulated', 'true'), 422],
      ['of an empty file', () => app.request().post('/v1/datasets').attach('file', Buffer.alloc(0), 'x.csv'), 422],
      ['under another name', () => app.request().post('/v1/datasets').attach('data', Buffer.from('a'), 'x.csv'), 422],
      ['as JSON', () => app.request().post('/v1/datasets').send({ file: 'x' }), 415],
    ])('%s are refused', async (_, send, status) => {
      const answer = await send().expect(status);
      expect(answer.body.status).toBe(status);
    });
  });

  it('shows its progress while it trains', async () => {
    const dataset = await uploadText(app, simulatedCsv('credit-card', { rows: 12_000, seed: 3 }));
    const id = await requestTraining(app, 'credit-card', { dataset, params: { rounds: 1_500 } });
    const seen = new Set<number>();
    for (;;) {
      const { progress, status } = await getTraining(app, id);
      seen.add(progress);
      if (status !== 'pending' && status !== 'processing') break;
    }
    const values = [...seen];
    expect(values).toEqual(values.toSorted((a, b) => a - b));
    expect(values.filter((progress) => progress > 0.2 && progress < 0.9).length).toBeGreaterThan(0);
    expect(values.at(-1)).toBe(1);
  });
});
