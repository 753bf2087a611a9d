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
