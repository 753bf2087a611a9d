import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { startApp, type TestApp } from '../support/app.js';
import { getTraining, requestTraining, type Training, untilTrained, uploadText } from '../support/training.js';
import { waitFor } from '../support/wait-for.js';

const ROWS = 3_000;

interface Trial {
  readonly number: number;
  readonly params: object;
  readonly values: number[];
}

/** One row a second of 300 customers; `a` speaks for a fraud, `b` against one. */
function csv(weightOf: (row: number, fraud: boolean) => number = () => 1): string {
  const random = xoroshiro128plus(1);
  const lines = Array.from({ length: ROWS }, (_, row) => {
    const fraud = uniformFloat64(random) < 0.1;
    const a = uniformFloat64(random) + (fraud ? 0.6 : 0);
    const b = uniformFloat64(random) - (fraud ? 0.3 : 0);
    const customer = Math.floor(uniformFloat64(random) * 300);
    return [a, b, row, customer, weightOf(row, fraud), fraud ? 1 : 0].join(',');
  });
  return ['a,b,at,customer,weight,is_fraud', ...lines].join('\n');
}

describe('what a training can be asked for', () => {
  let app: TestApp;
  let dataset: string;
  beforeAll(async () => {
    app = await startApp();
    const features = ['a', 'b'].map((name) => ({ name, type: 'number' }));
    const model = { name: 'claims', label: 'is_fraud', time_column: 'at', features };
    await app.request().post('/v1/models').send(model).expect(201);
    dataset = await uploadText(app, csv());
  });
  afterAll(() => app.stop());

  const train = async (options: object): Promise<Training & { trials: Trial[] }> => {
    const id = await requestTraining(app, 'claims', { dataset, ...options });
    return (await untilTrained(app, id)) as Training & { trials: Trial[] };
  };
  const versionOf = async ({ version }: Training): Promise<Record<string, unknown> & { lineage: object }> =>
    (await app.request().get(`/v1/models/claims/versions/${version}`).expect(200)).body;

  it('is followed to the same bytes and trials when it is asked for again', async () => {
    const options = {
      seed: 5,
      search: { trials: 4 },
      sampling: { undersample: 5, smote: 0.5, class_weight: 2 },
      monotone: { a: 1, b: -1 },
      split: { gap_seconds: 100 },
    };
    const [one, other] = [await train(options), await train(options)];
    const [first, second] = [await versionOf(one), await versionOf(other)];
    expect(second['artifact_sha256']).toBe(first['artifact_sha256']);
    const tried = ({ trials }: { trials: Trial[] }): object[] =>
      trials.map(({ number, params, values }) => ({ number, params, values }));
    expect(tried(one).map((trial) => Reflect.get(trial, 'number'))).toEqual([1, 2, 3, 4]);
    expect(tried(other)).toEqual(tried(one));
    expect(first.lineage).toMatchObject({
      split: { method: 'by_time', holdout_rows: 600, calibration_rows: 480, dropped_rows: 200, train_rows: 1_720 },
      options: { search: { trials: 4, folds: 3 }, sampling: { smote: 0.5 }, monotone: { a: 1, b: -1 } },
    });
  }, 120_000);

  it('keeps the directions that it was given, in the artefact', async () => {
    const { version } = await train({ monotone: { a: 1, b: -1 }, calibration: 'isotonic' });
    const url = `/v1/models/claims/versions/${version}/artifact`;
    const { body } = await app.request().get(url).responseType('blob').expect(200);
    const session = await InferenceSession.create(body as Buffer, { intraOpNumThreads: 1 });
    const steps = Array.from({ length: 200 }, (_, step) => step / 100 - 0.4);
    const along = async (rowOf: (step: number) => number[]): Promise<number[]> => {
      const features = new Tensor('float32', Float32Array.from(steps.flatMap(rowOf)), [steps.length, 2]);
      return Array.from((await session.run({ features }))['probability']?.data as Float32Array);
    };
    for (const other of [-0.2, 0.3, 0.7, 1.1]) {
      const rising = await along((step) => [step, other]);
      expect(rising).toEqual(rising.toSorted((x, y) => x - y));
      expect(rising.at(-1)).toBeGreaterThan(rising[0] ?? 1);
      const falling = await along((step) => [other, step]);
      expect(falling).toEqual(falling.toSorted((x, y) => y - x));
    }
  });

  it('goes by customer where it says so', async () => {
    const training = await train({ entity_column: 'customer', split: { method: 'grouped' } });
    expect((await versionOf(training)).lineage).toMatchObject({ split: { method: 'grouped', dropped_rows: 0 } });
  });

  it('is refused at once where the split lacks its column', async () => {
    const { body } = await app
      .request()
      .post('/v1/models/claims/train')
      .send({ dataset, split: { method: 'grouped' } })
      .expect(422);
    expect(body.errors).toMatchObject([{ path: 'entity_column' }]);
    const timeless = await app
      .request()
      .post('/v1/models/credit-account/train')
      .send({ dataset, split: { method: 'by_time' } })
      .expect(422);
    expect(timeless.body.errors).toMatchObject([{ path: 'split.method' }]);
  });

  it('is refused where the holdout would measure nothing', async () => {
    const weightless = await uploadText(
      app,
      csv((row, fraud) => (fraud && row > 2_300 ? 0 : 1)),
    );
    const { error } = await train({ dataset: weightless, weight_column: 'weight' });
    expect(error).toMatchObject({
      code: 'unusable_split',
      message: expect.stringContaining('no frauds with a weight above 0'),
    });
  });

  it('tells of a calibration only where there is one', async () => {
    const training = await train({ calibration: 'none', sampling: { undersample: 5 } });
    expect((await versionOf(training)).lineage).toMatchObject({ calibration: { method: 'none' } });
  });

  it('goes on with its search after the worker was killed, each trial once and the same', async () => {
    const id = await requestTraining(app, 'claims', { dataset, seed: 9, search: { trials: 12, folds: 5 } });
    const trialsOf = async (): Promise<Trial[]> => (await app.request().get(`/v1/training/${id}`)).body.trials;
    const before = await waitFor(
      async () => {
        const trials = await trialsOf();
        return trials.length >= 2 ? trials : null;
      },
      { what: 'two trials' },
    );
    await app.killWorker('SIGKILL');
    expect((await getTraining(app, id)).status).toBe('processing');
    await app.restartWorker();
    expect(await untilTrained(app, id)).toMatchObject({ status: 'processed' });
    const after = await trialsOf();
    expect(after.map(({ number }) => number)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
    for (const [index, { params, values }] of before.entries()) expect(after[index]).toMatchObject({ params, values });
  }, 120_000);
});
