import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type Feature, type ModelDefinition } from '@app/features';
import { waitFor } from '../../../../test/support/wait-for.js';
import { type LabelledTable, readTable, type ReadOptions } from './read-table.js';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'read-table-'));
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
  content: string | Buffer,
  definition: ModelDefinition,
  options: Partial<ReadOptions> & { name?: string } = {},
): Promise<LabelledTable> {
  const { name = 'file', ...rest } = options;
  const path = join(directory, name);
  await writeFile(path, content);
  return readTable(path, definition, { threads: 4, ...rest });
}

/** A header and 60 rows; every tenth row from the first is a fraud. */
function csv(header: string, row: (index: number, fraud: 0 | 1) => string, end = '\n'): string {
  const rows = Array.from({ length: 60 }, (_, index) => row(index, index % 10 === 0 ? 1 : 0));
  return [header, ...rows, ''].join(end);
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

const AMOUNT = model([feature('amount')]);
const AMOUNTS = Array.from({ length: 60 }, (_, index) => index + 0.5);
const plain = (delimiter = ',', end = '\n'): string =>
  csv(`amount${delimiter}fraud`, (index, fraud) => `${index + 0.5}${delimiter}${fraud}`, end);

describe('readTable', () => {
  it.each([
    ['commas', plain()],
    ['semicolons', plain(';')],
    ['tabs', plain('\t')],
    ['pipes', plain('|')],
    ['CRLF', plain(',', '\r\n')],
    ['CR', plain(',', '\r')],
    ['a byte order mark', `\uFEFF${plain()}`],
    ['blank lines', `\n\n${plain().replaceAll('\n', '\n\n')}`],
    ['no line break at the end', plain().trimEnd()],
    ['quotes round everything', csv('"amount","fraud"', (index, fraud) => `"${index + 0.5}","${fraud}"`)],
    ['another order, case and further columns', csv('x,FRAUD,y, Amount ', (i, fraud) => `"a,b",${fraud},,${i + 0.5}`)],
    ['spaces round numbers', csv('amount,fraud', (index, fraud) => ` ${index + 0.5} , ${fraud} `)],
    ['a delimiter at each end', csv('amount,fraud', (index, fraud) => `${index + 0.5},${fraud},`)],
    ['gzip', gzipSync(plain())],
    ['gzip in two members', Buffer.concat([gzipSync(plain().slice(0, 90)), gzipSync(plain().slice(90))])],
    ['line breaks in quotes', csv('note,amount,fraud', (index, fraud) => `"a\n""b""",${index + 0.5},${fraud}`)],
  ])('reads %s', async (_case, content) => {
    const table = await read(content, AMOUNT);
    expect(valuesOf(table, 'amount')).toEqual(AMOUNTS);
    expect(Array.from(table.labels)).toEqual(AMOUNTS.map((_, index) => (index % 10 === 0 ? 1 : 0)));
    expect(table).toMatchObject({ rows: 60, frauds: 6, times: null, table: { rows: 60 } });
  });

  it('leaves no unpacked file behind, also after an error', async () => {
    const tempDirectory = join(directory, 'unpacked');
    await mkdir(tempDirectory);
    await read(gzipSync(plain()), AMOUNT, { tempDirectory });
    await expect(read(gzipSync('a,b\n1,2\n'), AMOUNT, { tempDirectory })).rejects.toMatchObject({
      code: 'missing_column',
    });
    expect(await readdir(tempDirectory)).toEqual([]);
  });

  it('keeps the order of the file over many threads, and rounds numbers as scoring does', async () => {
    const numbers = Array.from({ length: 400_000 }, (_, row) => Math.sin(row) * 10 ** ((row % 60) - 30));
    const lines = numbers.map((value, row) => `${value},${row},k${row % 7},${row % 1000 === 0 ? 1 : 0}`);
    const definition = model([feature('value'), feature('kind', 'category')], 'at');
    const table = await read(`value,at,kind,fraud\n${lines.join('\n')}`, definition);
    expect(table.rows).toBe(400_000);
    const values = valuesOf(table, 'value');
    const kinds = textsOf(table, 'kind');
    let wrong = 0;
    for (const [row, value] of numbers.entries()) {
      const right = values[row] === Math.fround(value) && table.times?.[row] === row && kinds[row] === `k${row % 7}`;
      if (!right || table.labels[row] !== (row % 1000 === 0 ? 1 : 0)) wrong++;
    }
    expect(wrong).toBe(0);
  });

  it('reads numbers however they are written', async () => {
    const texts = ['1', '-2.5', '+3', '.5', '5.', '1e3', '1E-2', '007', '3.4028234e38', '1e-50'];
    const table = await read(
      csv('amount,fraud', (index, fraud) => `${texts[index] ?? '0'},${fraud}`),
      AMOUNT,
    );
    const expected = [1, -2.5, 3, 0.5, 5, 1000, 0.01, 7, 3.4028234e38, 0];
    expect(valuesOf(table, 'amount').slice(0, 10)).toEqual(expected.map(Math.fround));
  });

  it('takes an empty field of a nullable feature for a missing value', async () => {
    const definition = model([
      feature('n', 'number', true),
      feature('c', 'category', true),
      feature('b', 'boolean', true),
      feature('none', 'category', true),
    ]);
    const content = csv('n,c,b,none,fraud', (i, fraud) =>
      i < 2 ? `,${i === 0 ? '' : '""'},,,${fraud}` : `1,x,1,,${fraud}`,
    );
    const table = await read(content, definition);
    expect(valuesOf(table, 'n').slice(0, 3)).toEqual([Number.NaN, Number.NaN, 1]);
    expect(valuesOf(table, 'b').slice(0, 3)).toEqual([Number.NaN, Number.NaN, 1]);
    expect(textsOf(table, 'c').slice(0, 3)).toEqual([undefined, undefined, 'x']);
    expect(table.table.columns.get('none')).toEqual({
      type: 'category',
      codes: new Int32Array(60).fill(-1),
      values: [],
    });
  });

  it('keeps categories as they are written: case, spaces, digits, other scripts', async () => {
    const texts = ['x', 'X', ' x', '007', '7', 'ж', "o'clock", 'a,b', 'say "so"', 'null'];
    const content = csv('c,fraud', (index, fraud) => `"${(texts[index % 10] ?? '').replaceAll('"', '""')}",${fraud}`);
    const table = await read(content, model([feature('c', 'category')]));
    expect(textsOf(table, 'c')).toEqual(Array.from({ length: 60 }, (_, index) => texts[index % 10]));
    const column = table.table.columns.get('c');
    expect(column?.values.length).toBe(10);
  });

  it.each([
    ['true', 'false'],
    ['True', 'FALSE'],
    ['t', 'f'],
    ['1', '0'],
    ['1.0', '0.0'],
  ])('reads booleans written %s and %s', async (yes, no) => {
    const content = csv('b,fraud', (index, fraud) => `${index % 3 === 0 ? yes : no},${fraud}`);
    const table = await read(content, model([feature('b', 'boolean')]));
    expect(valuesOf(table, 'b').slice(0, 4)).toEqual([1, 0, 0, 1]);
  });

  it.each([
    ['true', 'false'],
    ['TRUE', 'False'],
    ['1.0', '0.0'],
    ['1e0', '-0'],
  ])('reads labels written %s and %s', async (yes, no) => {
    const table = await read(
      csv('amount,fraud', (index, fraud) => `${index},${fraud === 1 ? yes : no}`),
      AMOUNT,
    );
    expect(table.frauds).toBe(6);
    expect(Array.from(table.labels.subarray(0, 11))).toEqual([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  });

  it('takes times that are numbers as they are, also as a feature', async () => {
    const content = csv('t,fraud', (index, fraud) => `${1e9 + index / 4},${fraud}`);
    const table = await read(content, model([feature('t')], 't'));
    expect(table.times?.[3]).toBe(1e9 + 0.75);
    expect(valuesOf(table, 't')[3]).toBe(Math.fround(1e9 + 0.75));
  });

  it.each([
    ['2018-06-01', 1527811200],
    ['2018-06-01 00:01:11', 1527811271],
    ['2018-06-01T00:01:11Z', 1527811271],
    ['2018-06-01T00:01:11.250+02:00', 1527804071.25],
    ['2018-06-01T00:01:11-0500', 1527829271],
  ])('reads the time %s', async (text, seconds) => {
    const content = csv('amount,at,fraud', (index, fraud) => `${index},${text},${fraud}`);
    const table = await read(content, model([feature('amount')], 'at'));
    expect(table.times).toEqual(new Float64Array(60).fill(seconds));
  });

  it('lets names of files and features hold quotes and SQL', async () => {
    const names = [`a"b`, `'; DROP TABLE loaded; --`, `") AS x, ('`, '{0: 1}'];
    const header = [...names, 'fraud'].map((name) => `"${name.replaceAll('"', '""')}"`).join(',');
    const content = csv(header, (index, fraud) => `${index},${index + 1},${index + 2},${index + 3},${fraud}`);
    const name = `x'); ATTACH 'y.db'; --".csv`;
    const table = await read(content, model(names.map((each) => feature(each))), { name });
    expect(names.map((each) => valuesOf(table, each)[5])).toEqual([5, 6, 7, 8]);
    expect(await readdir(directory)).not.toContain('y.db');
  });

  it('stops unpacking when it is told to, and leaves nothing behind', async () => {
    const tempDirectory = join(directory, 'stopped');
    await mkdir(tempDirectory);
    const abort = new AbortController();
    const content = gzipSync(csv('amount,fraud', (_, fraud) => `1,${fraud}`) + '2,0\n'.repeat(20_000_000));
    const reading = read(content, model([feature('amount')]), { tempDirectory, signal: abort.signal });
    await waitFor(async () => (await readdir(tempDirectory)).length > 0);
    abort.abort(new Error('enough'));
    await expect(reading).rejects.toThrow('enough');
    expect(await readdir(tempDirectory)).toEqual([]);
  });
});
