import { STATUS_CODES } from 'node:http';
import type { Problem } from './problem.js';
import type { ProblemDto } from './problem.dto.js';

export const PROBLEM_TYPE = 'application/problem+json';

/** RFC 9457's members, and ours. */
export function problemBody(problem: Problem, requestId: string): ProblemDto {
  const status = problem.getStatus();
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: problem.message,
    code: problem.code,
    request_id: requestId,
    ...(problem.errors && { errors: problem.errors.map((error) => ({ ...error })) }),
  };
}
