import { describe, expect, it } from '@jest/globals';
import { asFloat } from './json-floats.js';

describe('asFloat', () => {
  it.each([
    [0, '0.0'],
    [1, '1.0'],
    [-3, '-3.0'],
    [0.25, '0.25'],
    [1e-9, '1e-9'],
    [1e21, '1e+21'],
  ])('writes %d as %s', (value, text) => {
    expect(asFloat(value)).toBe(text);
    expect(JSON.parse(text)).toBe(value);
  });
});
