import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUILT_IN_MODELS, type Feature, type ModelDefinition } from '@app/features';
import { simulateCsv } from '@app/simulator';
import { tableFile } from '../../../../test/support/table-files.js';
import type { ColumnProfileDto, DatasetProfileDto } from './dataset-profile.dto.js';
import { profileFile } from './profile-file.js';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'profile-'));
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

const feature = (name: string, type: Feature['type'] = 'number', nullable = true): Feature => ({
  name,
  type,
  nullable,
});

function model(name: string, features: Feature[], timeColumn: string | null = null): ModelDefinition {
  return {
    name,
    description: '',
    features,
    label: 'fraud',
    timeColumn,
    carried: [],
    metric: 'average_precision',
    policy: { review: null, block: null },
  };
}

async function profile(
  content: Buffer | string,
  ...definitions: ModelDefinition[]
): Promise<{ model: string; profile: DatasetProfileDto }> {
  const path = join(directory, 'file');
  await writeFile(path, content);
  return profileFile(path, definitions, { threads: 2 });
}

function column({ columns }: DatasetProfileDto, name: string): ColumnProfileDto | undefined {
  return columns.find((each) => each.name === name);
}

/** 1000 rows, every tenth a fraud. */
const rows = (select: string): string => `SELECT ${select}, range % 10 = 0 AS fraud FROM range(1000)`;

const ALL = rows(`range AS amount, CASE WHEN range < 100 THEN NULL ELSE 'k' || range % 4 END AS kind,
  range % 2 = 0 AS night, TIMESTAMP '2024-01-01' + INTERVAL (range) SECOND AS at,
  range % 3 AS spare, 'note ' || range AS note, DATE '2024-01-01' AS day, NULL AS nothing`);
const MODEL = model('mine', [feature('amount'), feature('kind', 'category'), feature('night', 'boolean')], 'at');

describe('profileFile', () => {
  it.each(['FORMAT csv', 'FORMAT parquet', 'FORMAT json'])('says what is in a file: %s', async (options) => {
    const { model: name, profile: found } = await profile(await tableFile(ALL, options), MODEL);
    expect(name).toBe('mine');
    expect(found).toMatchObject({ rows: 1000, frauds: 100, duplicate_rows: 0 });
    expect(found.time_range).toEqual({ from: 1_704_067_200, to: 1_704_068_199 });
    expect(column(found, 'amount')).toEqual({
      name: 'amount',
      role: 'feature',
      type: 'number',
      missing: 0,
      unique: 1000,
      min: 0,
      max: 999,
      mean: 499.5,
      quantiles: { p1: 9.99, p5: 49.95, p25: 249.75, p50: 499.5, p75: 749.25, p95: 949.05, p99: 989.01 },
      association: expect.closeTo(0.505, 3),
    });
    expect(column(found, 'kind')).toMatchObject({ type: 'category', missing: 100, unique: 4, min: null, mean: null });
    // Frauds are in even rows alone, which are half of the others less a ninth.
    expect(column(found, 'night')).toMatchObject({ type: 'boolean', mean: 0.5, association: expect.closeTo(7 / 9, 6) });
    expect(column(found, 'fraud')).toMatchObject({ role: 'label', unique: 2, mean: 0.1, association: null });
    expect(column(found, 'at')).toMatchObject({ role: 'time', type: 'time', unique: 1000 });
    expect(column(found, 'spare')).toMatchObject({ role: 'unused', type: 'number', unique: 3, max: 2 });
    expect(column(found, 'note')).toMatchObject({ role: 'unused', type: 'text', unique: 1000, max: null });
    expect(column(found, 'day')).toMatchObject({ role: 'unused', type: 'time', unique: 1, max: 1_704_067_200 });
  });

  it('reads columns that nothing needs, whatever is in them', async () => {
    const select = `range AS a, CASE WHEN range = 5 THEN 'inf'::DOUBLE WHEN range = 6 THEN 'nan' ELSE 1 END AS odd,
      [1] AS list, 'x'::BLOB AS bytes, 'infinity'::TIMESTAMP AS forever, 1 AS "A ", INTERVAL 1 DAY AS span`;
    const { profile: found } = await profile(
      await tableFile(rows(select), 'FORMAT parquet'),
      model('m', [feature('a')]),
    );
    expect(column(found, 'odd')).toMatchObject({ type: 'number', missing: 2, max: 1, mean: 1 });
    expect(column(found, 'list')).toMatchObject({ type: 'text', missing: 1000 });
    expect(column(found, 'forever')).toMatchObject({ missing: 1000, max: null, quantiles: null });
  });

  it('warns of what is likely a mistake', async () => {
    const select = `(range % 10 = 0)::INTEGER AS chargeback, range + 1000 AS row_number, 'id ' || range AS id,
      7 AS constant, NULL AS empty, range % 7 AS fine, range AS left_out`;
    const content = await tableFile(`${rows(select)} UNION ALL ${rows(select)} WHERE range < 30`, 'FORMAT csv');
    const numbers = ['chargeback', 'row_number', 'constant', 'empty', 'fine'].map((name) => feature(name));
    const { profile: found } = await profile(content, model('m', [...numbers, feature('id', 'category')]));
    expect(found.warnings.map(({ code, column: about }) => [code, about])).toEqual([
      ['leak', 'chargeback'],
      ['constant_column', 'constant'],
      ['constant_column', 'empty'],
      ['id_as_feature', 'id'],
      ['duplicate_rows', null],
      ['unused_columns', null],
    ]);
    expect(found.duplicate_rows).toBe(30);
    expect(found.warnings.at(-1)?.message).toBe('The model does not use: left_out.');
    const { profile: once } = await profile(await tableFile(rows(select), 'FORMAT csv'), model('m', numbers));
    expect(once.warnings.map(({ code, column: about }) => `${code} ${about}`)).toContain('id_as_feature row_number');
  });

  it('warns of nothing in simulated data', async () => {
    for (const definition of BUILT_IN_MODELS) {
      const name = definition.name as 'payments';
      const content = [...simulateCsv(name, { rows: 3000, seed: 3, fraudShare: 0.05 })].join('');
      const { profile: found } = await profile(content, definition);
      const serious = found.warnings.filter(({ code }) => code !== 'unused_columns');
      expect([name, serious]).toEqual([name, []]);
    }
  });

  it('finds the one model that fits', async () => {
    const other = model('other', [feature('absent', 'number', false)]);
    const narrow = model('narrow', [feature('spare')]);
    const content = await tableFile(ALL, 'FORMAT csv');
    expect((await profile(content, other, MODEL)).model).toBe('mine');
    await expect(profile(content, other, { ...other, name: 'third' })).rejects.toMatchObject({ code: 'no_model_fits' });
    await expect(profile(content, narrow, MODEL)).rejects.toMatchObject({
      code: 'several_models_fit',
      message: expect.stringContaining('narrow, mine'),
    });
    await expect(profile(content, other)).rejects.toMatchObject({ code: 'missing_column' });
  });

  it('ends with what a training would say', async () => {
    const content = await tableFile(rows("CASE WHEN range = 7 THEN 'x' ELSE '1' END AS a"), 'FORMAT csv');
    await expect(profile(content, model('m', [feature('a')]))).rejects.toMatchObject({
      code: 'not_a_number',
      message: expect.stringContaining('line 9'),
    });
  });
});
