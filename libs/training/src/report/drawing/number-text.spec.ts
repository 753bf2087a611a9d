import { describe, expect, it } from '@jest/globals';
import { amount, count, moment, percent, percentage, shortened } from './number-text.js';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('percent', () => {
  it.each([
    [0, '0 %'],
    [0.0012, '0.12 %'],
    [0.5, '50 %'],
    [0.98765, '98.8 %'],
    [1, '100 %'],
    [0.9999, '> 99.9 %'],
    [0.000001, '< 0.001 %'],
  ])('tells %d as %s', (share, text) => {
    expect(plain(percent(share))).toBe(text);
  });
});

describe('percentage', () => {
  it.each([
    [0, '0 %'],
    [0.81, '81.0 %'],
    [0.0007, '0.0700 %'],
    [1, '100 %'],
    [0.9999, '> 99.9 %'],
    [0.000001, '< 0.001 %'],
  ])('tells %d as %s', (share, text) => {
    expect(plain(percentage(share))).toBe(text);
  });
});

describe('amount', () => {
  it.each([
    [0, '0'],
    [1234.5, '1,230'],
    [0.01234, '0.0123'],
    [0.0000123, '1.2e-5'],
    [-0.02, '-0.02'],
  ])('tells %d as %s', (value, text) => {
    expect(amount(value)).toBe(text);
  });
});

it('tells counts, moments and long names', () => {
  expect(count(284_807)).toBe('284,807');
  expect(count(12.6)).toBe('13');
  expect(moment(new Date('2026-11-21T09:15:59.999Z'))).toBe('2026-11-21 09:15 UTC');
  expect(shortened('amount', 6)).toBe('amount');
  expect(shortened('amounts', 6)).toBe('amoun…');
});
