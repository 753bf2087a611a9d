import { describe, expect, it } from '@jest/globals';
import { parseJsonBody } from './json-body.js';
import { Problem } from './problem.js';

const problemOf = (text: string): Problem => {
  try {
    parseJsonBody(text);
  } catch (error) {
    if (error instanceof Problem) return error;
  }
  throw new Error(`${text} was taken`);
};

describe('parseJsonBody', () => {
  it('gives the value', () => {
    expect(parseJsonBody('{"a": [1, null]}')).toEqual({ a: [1, null] });
  });

  it.each(['NaN', 'Infinity', '-Infinity'])('names the field that holds %s, as Python writes it', (value) => {
    const problem = problemOf(`{"V1": 1.5, "V2": ${value}, "V3": 0}`);
    expect(problem.getStatus()).toBe(422);
    expect(problem.errors).toEqual([{ path: 'V2', message: `must be a finite number, got ${value}` }]);
  });

  it.each([
    ['[{"V7": 1}, {"V7": NaN}]', ['1.V7']],
    ['{"instances": [[1, 2], [3, -Infinity]], "b": NaN}', ['instances.1.1', 'b']],
    ['{"a \\" NaN": "NaN", "b": Infinity}', ['b']],
    ['NaN', ['']],
    ['[[1, [NaN]], {}, {"a": {"b": [0, 0, -NaN]}}]', ['0.1.0', '2.a.b.2']],
    ['{"\\u0041": NaN, "": Infinity, "a.b": NaN}', ['A', '', 'a.b']],
    [`[${'NaN, '.repeat(200)}0]`, Array.from({ length: 100 }, (_, index) => String(index))],
    [`${'{"a":'.repeat(30)}[NaN]${'}'.repeat(30)}`, [`${'a.'.repeat(19)}0`]],
  ])('tells where %s is not finite', (text, paths) => {
    expect(problemOf(text).errors?.map(({ path }) => path)).toEqual(paths);
  });

  it.each([
    ['nested deeper than the stack', `${'['.repeat(200_000)}NaN${']'.repeat(200_000)}`],
    ['of one endless text', `"${'\\"'.repeat(2_000_000)}`],
    ['of many texts', `[${'"a",'.repeat(500_000)}NaN]`],
  ])('survives a body %s', (_, text) => {
    expect(problemOf(text).getStatus()).toBe(422);
  });

  it.each([
    ['too deep a', `${'['.repeat(1_001)}${']'.repeat(1_001)}`, /nested more than 1000 deep/],
    ['too deep and broken a', '{"a":['.repeat(501), /nested more than 1000 deep/],
    [
      'an object of too many fields, a',
      `{${Array.from({ length: 20_001 }, (_, at) => `"${at}":0`).join(',')}}`,
      /20000 fields/,
    ],
    ['too many objects, a', `[${'{},'.repeat(500_000)}{}]`, /500000 lists and objects/],
  ])('refuses %s body before it is parsed', (_, text, message) => {
    expect(problemOf(text).errors).toEqual([{ path: '', message: expect.stringMatching(message) }]);
  });

  it('takes a full batch, and does not count what stands in texts', () => {
    const rows = Array.from({ length: 10_000 }, () => ({ id: '{[:"\\'.repeat(300), list: [[0], [1]] }));
    expect(parseJsonBody(JSON.stringify(rows))).toEqual(rows);
  });

  it('names a hundred fields of a million, in order, and those behind many others', () => {
    const many = problemOf(`[${'NaN,'.repeat(1_000_000)}-Infinity]`).errors ?? [];
    expect(many).toHaveLength(100);
    expect(many[99]?.path).toBe('99');
    expect(problemOf(`[${'0,'.repeat(1_000_000)}NaN]`).errors?.[0]?.path).toBe('1000000');
  });
  it.each(['{"a": NaN', '{a: NaN}', '[NaN}', '{"a": NaN}]', 'NaN, 1', '[NaNs]', '[aNaN]', '["NaN"'])(
    'does not look for numbers in %s, which is broken otherwise',
    (text) => {
      expect(problemOf(text).errors).toEqual([{ path: '', message: expect.stringContaining('not JSON') }]);
    },
  );

  it.each(['', ' ', '{"a":', "{'a': 1}", 'undefined'])('refuses %j', (text) => {
    expect(problemOf(text).getStatus()).toBe(422);
  });

  it('does not repeat the body, which may hold what must not reach a log', () => {
    expect(JSON.stringify(problemOf('{"card": 4111111111111111, oops}').message)).not.toContain('4111');
  });

  it('keeps __proto__ an ordinary field', () => {
    const value = parseJsonBody('{"__proto__": {"admin": true}}');
    expect(Object.getPrototypeOf(value)).toBe(Object.getPrototypeOf({}));
  });
});
