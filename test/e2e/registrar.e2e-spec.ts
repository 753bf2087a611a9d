import { dataSourceOptions } from '@app/database';
import {
  type ComparedWith,
  Model,
  ModelVersion,
  type PairedComparison,
  PolicyVersion,
  Promotion,
  Registrar,
} from '@app/model-registry';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { startApp, type TestApp } from '../support/app.js';
import { trainSimulated, untilServing } from '../support/training.js';

const MODEL = 'credit-account';

describe('the registrar', () => {
  let app: TestApp;
  let dataSource: DataSource;
  let registrar: Registrar;
  beforeAll(async () => {
    app = await startApp();
    await trainSimulated(app, MODEL, { rows: 2_000, simulated: false }, { params: { rounds: 5 } });
    dataSource = await new DataSource({
      ...dataSourceOptions(app.databaseUrl, 'test'),
      entities: [Model, ModelVersion, PolicyVersion, Promotion],
    }).initialize();
    registrar = new Registrar(dataSource);
  });
  afterAll(async () => {
    await dataSource.destroy();
    await app.stop();
  });

  const better: PairedComparison = {
    metric: 'average_precision',
    challenger: 0.8,
    champion: 0.7,
    gain: 0.1,
    interval: [0.05, 0.15],
    confidence: 0.95,
    resamples: 1_000,
    calibrationError: { challenger: 0.01, champion: 0.01 },
  };
  const champion = (): Promise<ModelVersion> =>
    dataSource
      .getRepository(ModelVersion)
      .createQueryBuilder('version')
      .addSelect(['version.artifact', 'version.booster', 'version.thresholdCurve'])
      .where({ isChampion: true })
      .getOneOrFail();
  /** One that is as the champion, but for what is given. */
  const challenger = async (changes: (version: ModelVersion) => Partial<ModelVersion> = () => ({})) => {
    const { id: _, version: __, isChampion: ___, createdAt: ____, ...rest } = await champion();
    const [job] = await dataSource.query<{ id: number }[]>(
      `INSERT INTO training_jobs (model_id, dataset_id, algorithm, params, seed, requested_by, status, stage)
       SELECT model_id, dataset_id, algorithm, params, seed, requested_by, 'processed', stage FROM training_jobs LIMIT 1
       RETURNING id`,
    );
    const whole = { ...rest, metrics: { ...rest.metrics, frauds: 20 }, trainingJobId: job?.id ?? 0 };
    return { ...whole, ...changes({ ...whole, id: 0, version: 0, isChampion: false, createdAt: new Date() }) };
  };
  const compared = async (result: PairedComparison | 'broken' = better): Promise<ComparedWith> => ({
    championId: (await champion()).id,
    result,
  });
  const nothing = (): Promise<void> => Promise.resolve();
  const newest = async () => {
    const { body } = await app.request().get(`/v1/models/${MODEL}/promotions`).expect(200);
    return body[0];
  };
  const failed = (guards: { name: string; passed: boolean }[]): string[] =>
    guards.flatMap(({ name, passed }) => (passed ? [] : [name]));

  it('refuses what learned from a leak, and the ledger says which and all else', async () => {
    const stored = await registrar.register(
      await challenger(),
      await compared(),
      { leaks: ['total_balance'] },
      nothing,
    );
    expect(stored).toBe(true);
    const row = await newest();
    expect(row).toMatchObject({
      version: 2,
      champion: 1,
      promoted: false,
      challenger_value: 0.8,
      champion_value: 0.7,
      reason: 'leaks: total_balance nearly equals the label',
    });
    expect(row.evidence).toMatchObject({
      comparison: { gain: 0.1, interval: [0.05, 0.15], confidence: 0.95, resamples: 1_000 },
      leaks: ['total_balance'],
      holdout: { frauds: 20 },
    });
    expect(failed(row.evidence.guards)).toEqual(['leaks']);
  });

  it.each<[string, PairedComparison, (version: ModelVersion) => Partial<ModelVersion>, string]>([
    ['few frauds', better, ({ metrics }) => ({ metrics: { ...metrics, frauds: 9 } }), 'min_frauds'],
    [
      'other features',
      better,
      ({ lineage }) => ({ lineage: { ...lineage, features: lineage.features.slice(1) } }),
      'same_features',
    ],
    [
      'simulated rows',
      better,
      ({ lineage }) => ({ lineage: { ...lineage, dataset: { ...lineage.dataset, simulated: true } } }),
      'simulated_against_real',
    ],
    ['a gain that may be luck', { ...better, interval: [-0.01, 0.2] }, () => ({}), 'interval'],
    [
      'a worse calibration',
      { ...better, calibrationError: { challenger: 0.1, champion: 0 } },
      () => ({}),
      'calibration',
    ],
  ])('refuses %s', async (_, result, changes, guard) => {
    await registrar.register(await challenger(changes), await compared(result), { leaks: [] }, nothing);
    const row = await newest();
    expect(row.promoted).toBe(false);
    expect(failed(row.evidence.guards)).toEqual([guard]);
  });

  it('refuses what the policy in force cannot be asked by', async () => {
    const put = async (policy: object): Promise<void> => {
      const body = { policy, reason: 'a test' };
      await app.request().post(`/v1/models/${MODEL}/policies`).send(body).expect(201);
    };
    await put({ kind: 'target', review: { recall: 0.8 } });
    const blind = await challenger(() => ({ thresholdCurve: null }));
    await registrar.register(blind, await compared(), { leaks: [] }, nothing);
    const row = await newest();
    expect(failed(row.evidence.guards)).toEqual(['policy']);
    expect(row).toMatchObject({ promoted: false, reason: 'the decision policy in force needs a threshold curve' });
    await put({ review: null, block: null });
  });

  it('stores nothing where another version has become champion since the comparison', async () => {
    const before = await newest();
    const stale = { championId: (await champion()).id + 1, result: better };
    expect(await registrar.register(await challenger(), stale, { leaks: [] }, nothing)).toBe(false);
    expect(await registrar.register(await challenger(), null, { leaks: [] }, nothing)).toBe(false);
    expect(await newest()).toEqual(before);
  });

  it('stores nothing where another confidence was set since the comparison', async () => {
    const before = await newest();
    const set = (confidence: number) =>
      app.request().put(`/v1/models/${MODEL}/promotion-settings`).send({ confidence }).expect(200);
    await set(0.99);
    expect(await registrar.register(await challenger(), await compared(), { leaks: [] }, nothing)).toBe(false);
    expect(await newest()).toEqual(before);
    await set(0.95);
  });

  it('promotes what passes every guard, and the API serves it', async () => {
    await registrar.register(await challenger(), await compared(), { leaks: [] }, nothing);
    const row = await newest();
    expect(row).toMatchObject({ promoted: true, champion: 1 });
    expect(failed(row.evidence.guards)).toEqual([]);
    await untilServing(app, MODEL, row.version);
  });

  it('replaces a broken champion without a comparison', async () => {
    await registrar.register(await challenger(), await compared('broken'), { leaks: [] }, nothing);
    const row = await newest();
    expect(row).toMatchObject({ promoted: true, champion: null, reason: 'the artefact of the champion was broken' });
    expect(row.evidence.comparison).toBeNull();
  });
});
