import { describe, expect, it } from '@jest/globals';
import { JsonLines } from './json-lines.js';
import type { RequestLine } from './request-line.js';

const LINE: RequestLine = {
  requestId: '2b0c7f0e-9d4c-4a55-8d9b-1f0c3f5a8a11',
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
  method: 'POST',
  route: '/v1/models/:model/score',
  status: 200,
  milliseconds: 1.25,
  model: 'credit-card',
  version: 3,
  key: 'shop "one"',
};

const read = (text: string): unknown => {
  expect(text.endsWith('\n')).toBe(true);
  expect(text.indexOf('\n')).toBe(text.length - 1);
  return JSON.parse(text);
};

const expected = (level: string, { requestId, traceId, milliseconds, ...line }: RequestLine) => ({
  level,
  pid: process.pid,
  timestamp: expect.any(Number),
  message: 'request',
  context: 'Access',
  request_id: requestId,
  trace_id: traceId,
  ...line,
  ms: milliseconds,
});

describe('lines of requests as JSON', () => {
  it('have all that is told of a request, in one line', () => {
    expect(read(new JsonLines().write('log', LINE))).toEqual(expected('log', LINE));
  });

  it.each<[string, Partial<RequestLine>]>([
    ['another id', { requestId: '"\\', traceId: null }],
    ['another time', { milliseconds: 1e-7 }],
    ['another route', { route: '/v1/fraud-score' }],
    ['another method', { method: 'GET' }],
    ['another status', { status: 499 }],
    ['no model', { model: null, version: null }],
    ['another version', { version: 4 }],
    ['another key', { key: null }],
    ['an outage', { status: 503, outage: 'PostgreSQL\n"away"' }],
  ])('are right after one that differs by %s', (_, change) => {
    const lines = new JsonLines();
    const other = { ...LINE, ...change };
    lines.write('log', LINE);
    expect(read(lines.write('warn', other))).toEqual(expected('warn', other));
    expect(read(lines.write('log', LINE))).toEqual(expected('log', LINE));
  });
});
