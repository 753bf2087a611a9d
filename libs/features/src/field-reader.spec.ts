import { describe, expect, it } from '@jest/globals';
import { compileReader } from './field-reader.js';

describe('compileReader', () => {
  it('reads the fields in order, and undefined for what is not there', () => {
    const read = compileReader(['b', 'a', 'c']);
    expect([...read({ a: 1, b: null })]).toEqual([null, 1, undefined]);
    expect([...read({ c: 'x' })]).toEqual([undefined, undefined, 'x']);
  });

  it('takes any name for a name', () => {
    const names = ['a"]; throw 1; //', "b'c", '\u2028', 'd\\', 'e\n', '__proto__', 'constructor'];
    const source = Object.fromEntries(names.map((name, at) => [name, at]));
    expect([...compileReader(names)(source)]).toEqual(names.map((_, at) => at));
  });
});
