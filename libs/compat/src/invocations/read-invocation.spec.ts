import { Problem, TextBody } from '@app/common';
import { exampleTransaction } from '@app/simulator';
import { describe, expect, it } from '@jest/globals';
import { readInvocation } from './read-invocation.js';

const example = exampleTransaction('credit-card');
const names = Object.keys(example);
const row = Object.values(example);
const attributes = Object.fromEntries(row.map((value, at) => [`Atr${at + 1}`, value]));
const csv = (text: string): TextBody => new TextBody('text/csv', text);

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
    ['CSV', csv(`${row.join(',')}\n${row.join(',')}\n`)],
    ['CSV with a header', csv(`"${names.join('","')}"\r\n${row.join(',')}\r\n${row.join(', ')}`)],
    [
      'CSV with a header of attributes',
      csv(`${Object.keys(attributes).join(',')}\n${row.join(',')}\n${row.join(',')}`),
    ],
  ])('understands %s', (_, body) => {
    expect(readInvocation(body).transactions).toEqual([example, example]);
  });

  it.each<[string, unknown, string, string]>([
    [
      'transactions by id',
      { a: example, '2': example },
      'application/json',
      '{"credit-card-fraud": {"2": 1.0, "a": 0.0}}',
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
  ])('answers %s in its form', (_, body, type, text) => {
    expect(readInvocation(body).answer([true, false])).toEqual({ type, text });
  });

  it('answers CSV with JSON when asked to', () => {
    const { answer } = readInvocation(csv(row.join(',')), 'application/json');
    expect(answer([true])).toEqual({ type: 'application/json', text: '{"predictions": [1.0]}' });
  });

  it.each<[string, unknown, string]>([
    ['transactions by id', { x: example }, 'x.V7'],
    ['attributes', { x: attributes }, 'x.Atr8'],
    ['instances', { instances: [row] }, 'instances.0.V7'],
    ['a split data frame', { dataframe_split: { columns: names, data: [row] } }, 'dataframe_split.data.0.V7'],
    ['CSV', csv(row.join(',')), '0.V7'],
  ])('names a field of %s as it was sent', (_, body, path) => {
    expect(readInvocation(body).pathOf(0, 'V7')).toBe(path);
  });

  it.each<[string, unknown, string]>([
    ['nothing', {}, ''],
    ['a list', [example], ''],
    ['no value', undefined, ''],
    ['two forms', { instances: [], inputs: [] }, 'inputs'],
    ['a form and an id', { instances: [], x: example }, 'x'],
    ['instances that are no list', { instances: row[0] }, 'instances'],
    ['a short row', { instances: [row, row.slice(1)] }, 'instances.1'],
    ['uneven columns', { inputs: { Time: [1, 2], V1: [1] } }, 'inputs.V1'],
    ['a frame without data', { dataframe_split: { columns: names } }, 'dataframe_split.data'],
    ['a frame with a name twice', { dataframe_split: { columns: ['V1', 'V1'], data: [] } }, 'dataframe_split.columns'],
    ['too many instances', { instances: Array(10_001).fill(row) }, 'instances'],
    ['too long columns', { inputs: { V1: Array(10_001).fill(1) } }, 'inputs'],
    [
      'too many columns',
      { inputs: Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`c${at}`, []])) },
      'inputs',
    ],
    ['too many rows', { dataframe_split: { data: Array(10_001).fill(row) } }, 'dataframe_split.data'],
    ['too many names', { dataframe_split: { columns: Array(101).fill('V1'), data: [] } }, 'dataframe_split.columns'],
    ['too many ids', Object.fromEntries(Array.from({ length: 10_001 }, (_, at) => [`id${at}`, example])), ''],
    ['CSV of an endless line', csv('1,'.repeat(2_000)), ''],
    ['CSV of no rows', csv('\n'), ''],
    ['CSV of a header only', csv(names.join(',')), ''],
    ['CSV with a stray quote', csv('1,"2'), ''],
    ['CSV with a short row', csv(`${row.join(',')}\n1,2`), '1'],
  ])('refuses %s', (_, body, path) => {
    expect.assertions(2);
    try {
      readInvocation(body);
    } catch (error) {
      expect(error).toBeInstanceOf(Problem);
      expect(error instanceof Problem && error.errors?.[0]?.path).toBe(path);
    }
  });

  it('leaves what is no number a text, and an attribute that is also there by name unknown', () => {
    expect(readInvocation(csv(`nan${',1'.repeat(29)}`)).transactions[0]).toMatchObject({ Time: 'nan', V1: 1 });
    expect(readInvocation({ x: { Time: 1, Atr1: 2 } }).transactions[0]).toEqual({ Time: 1, Atr1: 2 });
  });
});
