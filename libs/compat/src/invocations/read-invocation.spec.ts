import { JsonBody, Problem, TextBody } from '@app/common';
import { exampleTransaction } from '@app/simulator';
import { describe, expect, it } from '@jest/globals';
import { type Invocation, readInvocation } from './read-invocation.js';

const example = exampleTransaction('credit-card');
const names = Object.keys(example);
const row = Object.values(example);
const attributes = Object.fromEntries(row.map((value, at) => [`Atr${at + 1}`, value]));
const csv = (text: string): TextBody => new TextBody('text/csv', text);
/** As it arrives: CSV, or a value with its JSON text. */
const read = (body: unknown, accept?: string): Promise<Invocation> => {
  if (body instanceof TextBody) return readInvocation(body, accept);
  if (body === undefined) return readInvocation(body, accept);
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return readInvocation(new JsonBody(JSON.parse(text), text), accept);
};
const errorOf = async (reading: Promise<unknown>): Promise<unknown> => {
  const error: unknown = await reading.then(
    () => 'nothing was thrown',
    (thrown: unknown) => thrown,
  );
  return error instanceof Problem ? error.errors?.[0] : error;
};

describe('readInvocation', () => {
  it.each<[string, unknown]>([
    ['transactions by id', { a: example, b: example }],
    ['attributes by id', { a: attributes, b: attributes }],
    ['instances as rows', { instances: [row, row] }],
    ['instances as records', { instances: [example, attributes] }],
    ['inputs as rows', { inputs: [row, row] }],
    ['inputs as columns', { inputs: Object.fromEntries(names.map((name) => [name, [example[name], example[name]]])) }],
    ['a split data frame', { dataframe_split: { columns: names, data: [row, row] } }],
    ['a split data frame with its index', { dataframe_split: { columns: names, index: [0, 1], data: [row, row] } }],
    [
      'a split data frame in another order',
      { dataframe_split: { columns: names.toReversed(), data: [row.toReversed(), row.toReversed()] } },
    ],
    ['a split data frame without columns', { dataframe_split: { data: [row, row] } }],
    ['records', { dataframe_records: [example, attributes], params: {} }],
    [
      'inputs as columns of lists of one',
      { inputs: Object.fromEntries(names.map((name) => [name, [[example[name]], [example[name]]]])) },
    ],
    ['instances with their features', { instances: [{ features: row }, { features: row }] }],
    ['a bare list of records, as of MLflow 1', [example, attributes]],
    ['a bare split data frame, as of MLflow 1', { columns: names, index: [0, 1], data: [row, row] }],
    ['CSV', csv(`${row.join(',')}\n${row.join(',')}\n`)],
    ['CSV with quotes, blanks and empty lines', csv(`\uFEFF"${row.join('","')}"\n\n  \n ${row.join(' , ')} \r\n`)],
    ['CSV with a header', csv(`"${names.join('","')}"\r\n${row.join(',')}\r\n${row.join(', ')}`)],
    [
      'CSV with a header of attributes',
      csv(`${Object.keys(attributes).join(',')}\n${row.join(',')}\n${row.join(',')}`),
    ],
  ])('understands %s', async (_, body) => {
    expect((await read(body)).transactions).toEqual([example, example]);
  });

  it.each<[string, unknown, string, string]>([
    [
      'transactions by id',
      { b: example, a: example },
      'application/json',
      '{"credit-card-fraud": {"b": 1.0, "a": 0.0}}',
    ],
    [
      'an id with quotes',
      { 'a"b': example, b: example },
      'application/json',
      '{"credit-card-fraud": {"a\\"b": 1.0, "b": 0.0}}',
    ],
    ['instances', { instances: [row, row] }, 'application/json', '{"predictions": [1.0, 0.0]}'],
    ['records', { dataframe_records: [example, example] }, 'application/json', '{"predictions": [1.0, 0.0]}'],
    ['CSV', csv(`${row.join(',')}\n${row.join(',')}`), 'text/csv', '1.0\n0.0\n'],
    ['a bare list', [example, example], 'application/json', '[1.0, 0.0]'],
    ['a bare split data frame', { columns: names, data: [row, row] }, 'application/json', '[1.0, 0.0]'],
  ])('answers %s in its form', async (_, body, type, text) => {
    expect((await read(body)).answer([true, false])).toEqual({ type, text });
  });

  it('keeps transactions by id in their order, whole numbers too', async () => {
    const { transactions, pathOf, answer } = await read('{"b": {"V1": 1}, "10": {"V1": 2}, "9": {"V1": 3}}');
    expect(transactions).toEqual([{ V1: 1 }, { V1: 2 }, { V1: 3 }]);
    expect([0, 1, 2].map((index) => pathOf(index, ''))).toEqual(['b', '10', '9']);
    expect(answer([true, false, false]).text).toBe('{"credit-card-fraud": {"b": 1.0, "10": 0.0, "9": 0.0}}');
  });

  it('answers CSV with JSON when asked to', async () => {
    const { answer } = await read(csv(row.join(',')), 'application/json');
    expect(answer([true])).toEqual({ type: 'application/json', text: '{"predictions": [1.0]}' });
  });

  it.each<[string, unknown, string]>([
    ['transactions by id', { x: example }, 'x.V7'],
    ['attributes', { x: attributes }, 'x.Atr8'],
    ['instances', { instances: [row] }, 'instances.0.V7'],
    ['a split data frame', { dataframe_split: { columns: names, data: [row] } }, 'dataframe_split.data.0.V7'],
    ['CSV', csv(row.join(',')), '0.V7'],
    ['a bare list', [example], '0.V7'],
    ['a bare split data frame', { columns: names, data: [row] }, 'data.0.V7'],
  ])('names a field of %s as it was sent', async (_, body, path) => {
    expect((await read(body)).pathOf(0, 'V7')).toBe(path);
  });

  const header = names.join(',');
  const rows = (count: number): number[] => new Array<number>(count).fill(0);
  it.each<[string, unknown, string, RegExp]>([
    ['nothing', {}, '', /transactions by id/],
    ['a number', 7, '', /transactions by id/],
    ['no value', undefined, '', /transactions by id/],
    ['two forms', { instances: [], inputs: [] }, 'inputs', /instances/],
    ['a form and an id', { instances: [], x: example }, 'x', /instances/],
    ['instances that are no list', { instances: row[0] }, 'instances', /list/],
    ['a short row', { instances: [row, row.slice(1)] }, 'instances.1', /30 numbers.*got 29/],
    ['short features', { instances: [{ features: [1] }] }, 'instances.0', /got 1$/],
    ['a short row of a bare list', [row, [1]], '1', /got 1$/],
    ['uneven columns', { inputs: { Time: [1, 2], V1: [1] } }, 'inputs.V1', /first column: 2, got 1/],
    ['a frame without data', { dataframe_split: { columns: names } }, 'dataframe_split.data', /list of rows/],
    [
      'a frame with a name twice',
      { dataframe_split: { columns: ['V1', 'V1'], data: [] } },
      'dataframe_split.columns',
      /"V1" is there twice/,
    ],
    [
      'a frame with a number for a name',
      { dataframe_split: { columns: [7], data: [] } },
      'dataframe_split.columns',
      /column 1 has none/,
    ],
    ['a bare frame with a short row', { columns: names, data: [[1]] }, 'data.0', /30 values, got 1/],
    ['CSV of no rows', csv('\n'), '', /at least one row/],
    ['CSV of a header only', csv(header), '', /at least one row/],
    ['CSV with a stray quote', csv('1,"2'), '', /stray quote \(line 1\)/],
    ['CSV with a short row', csv(`${row.join(',')}\n1,2`), '1', /got 2$/],
    ['CSV with a name twice', csv(`Time,${header}\n0,${row.join(',')}`), '', /"Time" is there twice/],
    ['CSV with the index of a data frame', csv(`,${header}\n0,${row.join(',')}`), '', /column 1 has none.*index=False/],
  ])('refuses %s', async (_, body, path, message) => {
    expect(await errorOf(read(body))).toEqual({ path, message: expect.stringMatching(message) });
  });

  it.each<[string, unknown, string]>([
    ['transactions by id', Object.fromEntries(rows(10_001).map((_, at) => [at, 0])), ''],
    ['instances', { instances: rows(10_001) }, 'instances'],
    ['inputs', { inputs: rows(10_001) }, 'inputs'],
    ['inputs as columns', { inputs: { Time: rows(10_001) } }, 'inputs.Time'],
    ['a split data frame', { dataframe_split: { data: rows(10_001) } }, 'dataframe_split.data'],
    ['records', { dataframe_records: rows(10_001) }, 'dataframe_records'],
    ['a bare list', rows(10_001), ''],
    ['a bare split data frame', { columns: ['Time'], data: rows(10_001) }, 'data'],
    ['CSV', csv(`${row.join(',')}\n`.repeat(10_001)), ''],
  ])('refuses more than 10,000 in %s', async (_, body, path) => {
    expect(await errorOf(read(body))).toEqual({ path, message: expect.stringMatching(/at most 10000 /) });
  });

  const many = rows(70).map((_, at) => `c${at}`);
  it.each<[string, unknown, string]>([
    ['inputs as columns', { inputs: Object.fromEntries(many.map((name) => [name, [0]])) }, 'inputs'],
    ['a split data frame', { dataframe_split: { columns: many, data: [rows(70)] } }, 'dataframe_split.columns'],
    ['CSV', csv(`Time,${many.slice(1).join(',')}\n${rows(70).join(',')}`), ''],
  ])('refuses columns without end in %s', async (_, body, path) => {
    expect(await errorOf(read(body))).toEqual({ path, message: expect.stringMatching(/at most 62 columns, got 70/) });
  });

  it('refuses a line of CSV without end', async () => {
    const message = 'line 2 of the CSV is longer than 16384 bytes';
    expect(await errorOf(read(csv(`${row.join(',')}\n${'0,'.repeat(100_000)}`)))).toEqual({ path: '', message });
  });

  it('leaves what is no number a text, and an attribute that is also there by name unknown', async () => {
    const [first] = (await read(csv(`nan,,0x1${',1'.repeat(27)}`))).transactions;
    expect(first).toMatchObject({ Time: 'nan', V1: null, V2: '0x1', V3: 1 });
    expect((await read({ x: { Time: 1, Atr1: 2 } })).transactions[0]).toEqual({ Time: 1, Atr1: 2 });
  });
});
