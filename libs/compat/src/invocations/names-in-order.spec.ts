import { describe, expect, it } from '@jest/globals';
import { namesInOrder } from './names-in-order.js';

describe('namesInOrder', () => {
  it.each<[string, string[]]>([
    ['{}', []],
    ['{"b": 1, "10": 2, "9": 3, "a": 4}', ['b', '10', '9', 'a']],
    ['{"b": {"c": {"d": 1}}, "a": [{"e": 1}, ["f"]]}', ['b', 'a']],
    ['{"a": "\\"x\\": {", "b": "}]", "c": "\\\\"}', ['a', 'b', 'c']],
    ['{"a\\"b": 1, "\\u0031": 2, "": 3, "__proto__": 4}', ['a"b', '1', '', '__proto__']],
    ['{"a": 1, "b": 2, "a": 3}', ['a', 'b']],
  ])('finds those of %s', (json, names) => {
    expect(namesInOrder(json, 10)).toEqual(names);
    expect(Object.keys(JSON.parse(json) as object).sort()).toEqual(names.toSorted());
  });

  it('stops when it has as many as are wanted', () => {
    expect(namesInOrder('{"c": 1, "b": 2, "a": 3}', 2)).toEqual(['c', 'b']);
  });
});
