import { describe, expect, it } from '@jest/globals';
import { prefersJson } from './accepts.js';

describe('prefersJson', () => {
  it.each([
    'application/json',
    'Application/JSON',
    'application/json; charset=utf-8',
    'text/csv;q=0.5, application/json',
    'text/csv; q=0, */*',
    'application/*',
  ])('for Accept: %s', (accept) => {
    expect(prefersJson(accept)).toBe(true);
  });

  it.each([
    '',
    '*/*',
    'text/csv',
    'application/json;q=0, text/csv',
    'application/json;q=0.5, text/csv',
    'application/json, */*',
    'text/csv, application/json',
    'application/json-patch+json',
    'image/png',
  ])('not for Accept: %s', (accept) => {
    expect(prefersJson(accept)).toBe(false);
  });
});
