import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exampleTransaction } from '@app/simulator';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { startApp, type TestApp } from '../support/app.js';
import {
  getTraining,
  requestTraining,
  simulatedCsv,
  trainSimulated,
  untilTrained,
  uploadText,
} from '../support/training.js';
import { waitFor } from '../support/wait-for.js';

describe('training', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.stop());

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
      split: { method: 'by_time', train_rows: 3_840, calibration_rows: 960, holdout_rows: 1_200, dropped_rows: 0 },
      params: { rounds: 100, max_depth: 3 },
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

  it('shows its progress while it trains', async () => {
    const dataset = await uploadText(app, simulatedCsv('credit-card', { rows: 12_000, seed: 3 }));
    const id = await requestTraining(app, 'credit-card', {
      dataset,
      params: { rounds: 1_000, early_stopping_rounds: 0 },
    });
    const seen = new Set<number>();
    await waitFor(
      async () => {
        const { progress, status } = await getTraining(app, id);
        seen.add(progress);
        return status === 'processed';
      },
      { timeout: 100_000, what: 'the end of the training' },
    );
    const values = [...seen];
    expect(values).toEqual(values.toSorted((a, b) => a - b));
    expect(values.filter((progress) => progress > 0.2 && progress < 0.9).length).toBeGreaterThan(0);
    expect(values.at(-1)).toBe(1);
  }, 120_000);
});
