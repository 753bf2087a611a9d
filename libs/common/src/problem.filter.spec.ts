import { NotFoundException } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { asProblem } from './problem.filter.js';
import { Problem } from './problem.js';

describe('asProblem', () => {
  it('leaves a problem as it is', () => {
    const problem = Problem.notFound('The model "x"');
    expect(asProblem(problem)).toBe(problem);
  });

  it('takes statuses from Nest and Fastify', () => {
    expect(asProblem(new NotFoundException('Cannot GET /x'))).toMatchObject({ status: 404, code: 'not_found' });
    const tooLarge = Object.assign(new Error('Request body is too large'), { statusCode: 413 });
    expect(asProblem(tooLarge)).toMatchObject({ status: 413, code: 'too_large' });
  });

  it.each([
    Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' }),
    Object.assign(new Error('terminating connection due to administrator command'), { code: '57P01' }),
    Object.assign(new Error('query failed'), { driverError: Object.assign(new Error('x'), { code: '08006' }) }),
    Object.assign(new Error('could not extend file: No space left on device'), { code: '53100' }),
    Object.assign(new Error('cannot execute INSERT in a read-only transaction'), { code: '25006' }),
    new Error('Connection terminated unexpectedly'),
  ])('says 503 with Retry-After when the database is away: %s', (error) => {
    const problem = asProblem(error);
    expect(problem.getStatus()).toBe(503);
    expect(problem.retryAfterSeconds).toBeGreaterThan(0);
  });

  it('takes a client that breaks its body off for what it is, and not for a database', () => {
    const aborted = Object.assign(new Error('aborted'), { code: 'ECONNRESET', statusCode: 400 });
    expect(asProblem(aborted)).toMatchObject({ status: 400, code: 'bad_request' });
  });

  it('tells nothing of an error of ours, but keeps it for the log', () => {
    const error = new Error('secret detail');
    const problem = asProblem(error);
    expect(problem.getStatus()).toBe(500);
    expect(problem.message).not.toContain('secret');
    expect(problem.cause).toBe(error);
  });
});
