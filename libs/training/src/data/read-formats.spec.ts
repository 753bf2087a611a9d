import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Feature, type ModelDefinition } from '@app/features';
import { tableFile, zstdFrame } from '../../../../test/support/table-files.js';
import { type LabelledTable, readTable } from './read-table.js';
import { type ExtraColumns } from './table-plan.js';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'read-formats-'));
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

function feature(name: string, type: Feature['type'] = 'number', nullable = false): Feature {
  return { name, type, nullable };
}

function model(features: Feature[], timeColumn: string | null = null): ModelDefinition {
  return {
    name: 'test',
    description: '',
    features,
    label: 'fraud',
    timeColumn,
    carried: [],
    metric: 'average_precision',
    policy: { review: null, block: null },
  };
}

async function read(
  content: Buffer | string,
  definition: ModelDefinition,
  columns: ExtraColumns = {},
): Promise<LabelledTable> {
  const path = join(directory, 'file');
  await writeFile(path, content);
  return readTable(path, definition, { threads: 4, columns });
}

async function expectRefused(reading: Promise<unknown>, code: string, words: string): Promise<void> {
  const error: unknown = await reading.catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'DatasetError', code, message: expect.stringContaining(words) });
  expect(String(error)).not.toContain(directory);
}

function valuesOf(read: LabelledTable, name: string): number[] {
  const column = read.table.columns.get(name);
  if (column === undefined || column.type === 'category') throw new Error(`${name} is not a column of numbers`);
  return [...column.values];
}

function textsOf(read: LabelledTable, name: string): (string | undefined)[] {
  const column = read.table.columns.get(name);
  if (column?.type !== 'category') throw new Error(`${name} is not a category`);
  return Array.from(column.codes, (code) => column.values[code]);
}

/** 60 rows; every tenth from the first is a fraud. */
const rows = (select: string): string => `SELECT ${select}, (range % 10 = 0)::INTEGER AS fraud FROM range(60)`;

const TABLE = rows(`range % 3 = 0 AS night, 'k' || range % 7 AS kind, range + 0.1::DOUBLE AS amount,
  nullif(range, 5) * 3 AS count, TIMESTAMP '2024-01-01' + INTERVAL (range) HOUR AS at`);
const MODEL = model(
  [feature('amount'), feature('count', 'number', true), feature('kind', 'category'), feature('night', 'boolean')],
  'at',
);
const FORMATS = {
  CSV: 'FORMAT csv',
  TSV: "FORMAT csv, DELIMITER '\t'",
  Parquet: 'FORMAT parquet',
  'JSON lines': 'FORMAT json',
};

describe('readTable', () => {
  const packings: [string, (content: Buffer) => Buffer][] = [
    ['plain', (content) => content],
    ['gzipped', (content) => gzipSync(content)],
    ['zstd', zstdFrame],
  ];
  it.each(
    Object.entries(FORMATS).flatMap(([format, options]) =>
      packings.map(([name, pack]) => [format, name, options, pack] as const),
    ),
  )('reads %s, %s', async (_format, _packing, options, pack) => {
    const table = await read(pack(await tableFile(TABLE, options)), MODEL);
    const each = Array.from({ length: 60 }, (_, row) => row);
    expect(table).toMatchObject({ rows: 60, frauds: 6, weights: null, entities: null, costs: null });
    expect(valuesOf(table, 'amount')).toEqual(each.map((row) => Math.fround(row + 0.1)));
    expect(valuesOf(table, 'count')).toEqual(each.map((row) => (row === 5 ? Number.NaN : row * 3)));
    expect(textsOf(table, 'kind')).toEqual(each.map((row) => `k${row % 7}`));
    expect(valuesOf(table, 'night')).toEqual(each.map((row) => (row % 3 === 0 ? 1 : 0)));
    expect(Array.from(table.times ?? [])).toEqual(each.map((row) => 1_704_067_200 + row * 3600));
    expect(Array.from(table.labels)).toEqual(each.map((row) => (row % 10 === 0 ? 1 : 0)));
  });

  it.each(['FORMAT parquet', 'FORMAT json'])('keeps the order of a long file: %s', async (options) => {
    const query = `SELECT range AS a, range AS t, (range % 1000 = 0)::INTEGER AS fraud FROM range(500000)`;
    const table = await read(await tableFile(query, options), model([feature('a')], 't'));
    expect(table.times?.findIndex((time, row) => time !== row)).toBe(-1);
    expect(valuesOf(table, 'a').findIndex((value, row) => value !== row)).toBe(-1);
  });

  it.each(['TINYINT', 'UBIGINT', 'HUGEINT', 'FLOAT', 'DOUBLE', 'DECIMAL(18, 3)', 'VARCHAR'])(
    "reads numbers from Parquet's %s",
    async (type) => {
      const table = await read(await tableFile(rows(`range::${type} AS a`), 'FORMAT parquet'), model([feature('a')]));
      expect(valuesOf(table, 'a')).toEqual(Array.from({ length: 60 }, (_, row) => row));
    },
  );

  it.each([
    ["DATE '2024-05-31'", 1_717_113_600],
    ["TIMESTAMP '2024-05-31 12:00:00.25'", 1_717_156_800.25],
    ["TIMESTAMP_NS '2024-05-31 12:00:00.25'", 1_717_156_800.25],
    ["TIMESTAMP_MS '2024-05-31 12:00:00.25'", 1_717_156_800.25],
    ["TIMESTAMP_S '2024-05-31 12:00:00'", 1_717_156_800],
    ["TIMESTAMPTZ '2024-05-31 12:00:00+02'", 1_717_149_600],
    ["'2024-05-31T12:00:00+02:00'", 1_717_149_600],
    ['1717156800.25::DOUBLE', 1_717_156_800.25],
    ['1717156800::BIGINT', 1_717_156_800],
    ['17171568.25::DECIMAL(18, 2)', 17_171_568.25],
  ])('reads the time %s from Parquet and from JSON lines', async (sql, seconds) => {
    for (const options of ['FORMAT parquet', 'FORMAT json']) {
      const content = await tableFile(rows(`range AS a, ${sql} AS at`), options);
      expect((await read(content, model([feature('a')], 'at'))).times).toEqual(new Float64Array(60).fill(seconds));
    }
  });

  it("keeps a category's text exact: whole numbers, names, spaces, case", async () => {
    const content = await tableFile(
      rows("9007199254740993 + range AS id, ' X' || range % 2 AS text, range % 2 = 0 AS flag, nullif('', 'x') AS none"),
      'FORMAT parquet',
    );
    const names = ['id', 'text', 'flag'];
    const features = [...names.map((name) => feature(name, 'category')), feature('none', 'category', true)];
    const table = await read(content, model(features));
    expect(names.map((name) => textsOf(table, name)[1])).toEqual(['9007199254740994', ' X1', 'false']);
    expect(textsOf(table, 'none')[1]).toBeUndefined();
  });

  it.each(['FORMAT parquet', 'FORMAT json'])('lets names hold quotes, slashes and SQL: %s', async (options) => {
    const names = [`a"b`, `'; DROP TABLE loaded; --`, 'a/b~c', '~1', '$.x', 'C0', '0', 'wei rd'];
    const select = names.map((name, index) => `range + ${index} AS "${name.replaceAll('"', '""')}"`).join(', ');
    const table = await read(await tableFile(rows(select), options), model(names.map((name) => feature(name))));
    expect(names.map((name) => valuesOf(table, name)[5])).toEqual(names.map((_, index) => 5 + index));
  });

  it('takes an absent key, null and an empty text for a missing value', async () => {
    const line = (row: number): object => ({
      fraud: row % 10 === 0,
      ...(row === 1 ? { n: null, c: null } : row === 2 ? { n: '', c: '' } : row === 3 ? {} : { n: 7, c: 'x' }),
      ...(row === 59 && { late: 4 }),
    });
    const content = Array.from({ length: 60 }, (_, row) => JSON.stringify(line(row))).join('\r\n\r\n');
    const features = ['n', 'late', 'never'].map((name) => feature(name, 'number', true));
    const table = await read(content, model([...features, feature('c', 'category', true)]));
    expect(valuesOf(table, 'n').slice(0, 5)).toEqual([7, Number.NaN, Number.NaN, Number.NaN, 7]);
    expect(textsOf(table, 'c').slice(0, 5)).toEqual(['x', undefined, undefined, undefined, 'x']);
    expect(valuesOf(table, 'late').slice(58)).toEqual([Number.NaN, 4]);
    expect(valuesOf(table, 'never')).toEqual(new Array(60).fill(Number.NaN));
  });

  it('reads weight, entity and cost, also of columns that are features', async () => {
    const select = `range * 0.5 AS amount, range % 4 + 0.25 AS weight,
      CASE WHEN range % 5 = 4 THEN NULL ELSE 'card ' || range % 5 END AS card`;
    for (const options of Object.values(FORMATS)) {
      const columns = { weight: 'weight', entity: 'card', cost: 'amount' };
      const definition = model([feature('amount'), feature('card', 'category', true)]);
      const table = await read(await tableFile(rows(select), options), definition, columns);
      expect(Array.from(table.weights ?? []).slice(0, 5)).toEqual([0.25, 1.25, 2.25, 3.25, 0.25]);
      expect(Array.from(table.costs ?? []).slice(0, 3)).toEqual([0, 0.5, 1]);
      // A row without an entity is nobody's: it has a number of its own.
      expect(Array.from(table.entities ?? []).slice(0, 10)).toEqual([0, 1, 2, 3, 4, 0, 1, 2, 3, 5]);
    }
  });

  it('numbers rows when none has an entity', async () => {
    const table = await read(await tableFile(rows('range AS a, NULL AS card'), 'FORMAT csv'), model([feature('a')]), {
      entity: 'card',
    });
    expect(Array.from(table.entities ?? [])).toEqual(Array.from({ length: 60 }, (_, row) => row));
  });
});

describe('readTable refuses', () => {
  const bad = (sql: string): string => rows(`range AS amount, CASE WHEN range = 16 THEN ${sql} ELSE '1' END AS x`);
  it.each([
    ['number', "'abc'", 'not_a_number', 'Column "x" has "abc" in'],
    ['number', "'true'", 'not_a_number', 'Column "x" has "true" in'],
    ['number', 'NULL', 'missing_value', 'Column "x" is empty in'],
    ['boolean', "'maybe'", 'not_a_boolean', 'Column "x" has "maybe" in'],
  ] as const)('a %s that is %s, by its row or line', async (type, sql, code, words) => {
    const definition = model([feature('x', type)]);
    await expectRefused(read(await tableFile(bad(sql), 'FORMAT parquet'), definition), code, `${words} row 17`);
    await expectRefused(read(await tableFile(bad(sql), 'FORMAT json'), definition), code, `${words} line 17`);
  });

  it('NaN and truth values among the numbers of Parquet', async () => {
    const nan = rows("CASE WHEN range = 16 THEN 'nan'::DOUBLE ELSE 1 END AS x");
    const definition = model([feature('x')]);
    await expectRefused(read(await tableFile(nan, 'FORMAT parquet'), definition), 'not_a_number', '"nan" in row 17');
    const flags = await tableFile(rows('range > 5 AS x'), 'FORMAT parquet');
    await expectRefused(read(flags, definition), 'not_a_number', '"false" in row 1');
  });

  it.each([
    ["'-1'", 'has "-1" in'],
    ["'abc'", 'has "abc" in'],
    ["'nan'", 'has "nan" in'],
    ["'inf'", 'has "inf" in'],
    ['NULL', 'has no value in'],
  ])('a weight or cost of %s', async (sql, words) => {
    const content = await tableFile(
      rows(`range AS a, CASE WHEN range = 16 THEN ${sql} ELSE '1' END AS w`),
      'FORMAT parquet',
    );
    const definition = model([feature('a')]);
    await expectRefused(
      read(content, definition, { weight: 'w' }),
      'bad_weight',
      `The weight column "w" ${words} row 17`,
    );
    await expectRefused(read(content, definition, { cost: 'w' }), 'bad_cost', `The cost column "w" ${words} row 17`);
  });

  it('weights that are 0 for all rows of a class', async () => {
    const content = await tableFile(rows('range AS a, (range % 10 = 0)::INTEGER AS f, 0 AS zero'), 'FORMAT csv');
    await expectRefused(
      read(content, model([feature('a')]), { weight: 'f' }),
      'bad_weight',
      '0 for every legitimate row',
    );
    await expectRefused(read(content, model([feature('a')]), { weight: 'zero' }), 'bad_weight', '0 for every fraud');
  });

  it('a column that is not there', async () => {
    for (const options of Object.values(FORMATS)) {
      const content = await tableFile(rows('range AS a'), options);
      await expectRefused(
        read(content, model([feature('amount')])),
        'missing_column',
        'lacks the column "amount". It has: "a", "fraud"',
      );
      await expectRefused(read(content, model([feature('a')]), { entity: 'card' }), 'missing_column', '"card"');
    }
  });

  it('lists, records and bytes, where they are needed', async () => {
    for (const sql of ['[1, 2]', "{'a': 1}", "MAP {'a': 1}", "'a'::BLOB"]) {
      const content = await tableFile(rows(`range AS a, ${sql} AS x`), 'FORMAT parquet');
      await expectRefused(
        read(content, model([feature('x', 'category')])),
        'unsupported_type',
        'Column "x" is of type',
      );
      expect((await read(content, model([feature('a')]))).rows).toBe(60);
    }
    const content = await tableFile(
      rows("range AS a, CASE WHEN range = 16 THEN '[1]'::JSON ELSE '1'::JSON END AS x"),
      'FORMAT json',
    );
    await expectRefused(
      read(content, model([feature('x', 'category')])),
      'unsupported_type',
      'Column "x" has "[1]" in line 17',
    );
    await expectRefused(read(content, model([feature('x')])), 'not_a_number', '"[1]" in line 17');
  });

  it('Parquet of few bytes and very many rows', async () => {
    const content = await tableFile('SELECT 1 AS a, range < 9 AS fraud FROM range(20_000_000)', 'FORMAT parquet');
    expect(content.length).toBeLessThan(500_000);
    await expectRefused(read(content, model([feature('a')])), 'too_large', '20000000 rows in so few bytes');
  });

  it('Parquet that is damaged or was cut short', async () => {
    const content = await tableFile(rows("range AS a, 'text' || range AS b"), 'FORMAT parquet');
    const definition = model([feature('a'), feature('b', 'category')]);
    await expectRefused(
      read(content.subarray(0, content.length / 2), definition),
      'not_parquet',
      'damaged or was cut short',
    );
    await expectRefused(read(content.subarray(0, 20), definition), 'not_parquet', 'damaged or was cut short');
    const damaged = Buffer.from(content).fill(0xff, 8, 200);
    await expectRefused(read(damaged, definition), 'not_parquet', 'damaged or was cut short');
  });

  const lines = (line17: string): string =>
    Array.from({ length: 60 }, (_, row) => (row === 16 ? line17 : `{"a": ${row}, "fraud": ${row % 10 === 0}}`)).join(
      '\n',
    );
  it.each([
    ['{"a": 1, "fraud": ', 'line 17 is not valid JSON'],
    ['{"a": 1} {"a": 2}', 'line 17 is not valid JSON'],
    ['[1, 0]', 'line 17 is not an object'],
    ['"text"', 'line 17 is not an object'],
  ])('JSON lines with %s', async (line, words) => {
    await expectRefused(read(lines(line), model([feature('a')])), 'not_json', words);
    await expectRefused(read(lines(`\n\n${line}`), model([feature('a')])), 'not_json', words.replace('17', '19'));
  });

  it('JSON that is not written by lines', async () => {
    await expectRefused(
      read('{\n"a": 1,\n"fraud": 0\n}\n', model([feature('a')])),
      'not_json',
      'line 1 holds no whole object',
    );
    await expectRefused(read('[{"a": 1}]', model([feature('a')])), 'not_csv', 'one JSON array');
    await expectRefused(
      read(lines('{"a": NaN, "fraud": 0}'), model([feature('a')])),
      'not_a_number',
      '"NaN" in line 17',
    );
    await expectRefused(
      read(`\uFEFF${lines('{}')}`, model([feature('a')])),
      'not_json',
      'line 1 begins with a byte order mark',
    );
  });
});
