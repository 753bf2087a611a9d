import { describe, expect, it } from '@jest/globals';
import { outcomeOf, outcomeOfError } from './outcome.js';

const PROBLEM = JSON.stringify({ status: 503, code: 'database_away', detail: 'Try again.', request_id: 'r-1' });
const HEADERS = { 'content-type': 'application/problem+json', 'retry-after': '1' };

describe('outcomeOf', () => {
  it('takes 200 with JSON for an answer', () => {
    expect(outcomeOf(200, {}, '{"score":3}')).toEqual({ kind: 'answered', body: { score: 3 } });
    expect(outcomeOf(200, {}, '{"score":').kind).toBe('wrong');
  });

  it('takes a 503 for clean where it is a problem and says when to try again', () => {
    expect(outcomeOf(503, HEADERS, PROBLEM)).toEqual({ kind: 'unavailable' });
    expect(outcomeOf(503, { ...HEADERS, 'retry-after': undefined }, PROBLEM).kind).toBe('wrong');
    expect(outcomeOf(503, { ...HEADERS, 'content-type': 'text/html' }, PROBLEM).kind).toBe('wrong');
    expect(outcomeOf(503, HEADERS, '{}').kind).toBe('wrong');
  });

  it.each([500, 502, 504, 429, 422])('excuses no %i', (status) => {
    expect(outcomeOf(status, HEADERS, PROBLEM).kind).toBe('wrong');
  });
});

describe('outcomeOfError', () => {
  it.each(['ECONNRESET', 'ECONNREFUSED', 'EPIPE', 'UND_ERR_SOCKET'])('bears a connection that ends with %s', (code) => {
    expect(outcomeOfError(Object.assign(new Error('gone'), { code }))).toEqual({ kind: 'connection' });
  });

  it('bears no waiting', () => {
    expect(outcomeOfError(Object.assign(new Error('late'), { code: 'UND_ERR_HEADERS_TIMEOUT' })).kind).toBe('wrong');
  });
});
