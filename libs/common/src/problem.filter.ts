import { STATUS_CODES } from 'node:http';
import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isDatabaseAway } from './database-away.js';
import { errorMessage, errorText } from './error-text.js';
import { codeOf } from './problem-codes.js';
import { Problem } from './problem.js';

/** An error as it goes out. */
export interface ErrorAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: object;
}

/** Turns everything that is thrown while a request is handled into `application/problem+json`. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Request');

  catch(thrown: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const problem = asProblem(thrown);
    const { status, type, body } = this.write(problem, request.id);
    // A model without a champion is no news: any client can ask for it as often as it likes.
    if (status >= 500 && (status !== 503 || problem.cause !== undefined)) {
      const what = `${request.method} ${request.routeOptions.url ?? '(no route)'} ${status} ${request.id}`;
      const cause = problem.cause ?? thrown;
      // An outage refuses many requests, and where in the code says nothing about it.
      if (status === 503) this.logger.warn(`${what}: ${errorMessage(cause)}`);
      else this.logger.error(what, errorText(cause));
    }
    // The rest of a body that was refused half-way would be taken for the next request on this connection.
    if (!request.raw.complete) reply.header('Connection', 'close');
    if (problem.retryAfterSeconds !== undefined) reply.header('Retry-After', problem.retryAfterSeconds);
    void reply.status(status).type(type).send(body);
  }

  /** A foreign contract may have a form of its own. */
  write(problem: Problem, requestId: string): ErrorAnswer {
    return {
      status: problem.getStatus(),
      type: 'application/problem+json',
      body: problemBody(problem, requestId),
    };
  }
}

/** RFC 9457's members, and ours. */
export function problemBody(problem: Problem, requestId: string): object {
  const status = problem.getStatus();
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: problem.message,
    code: problem.code,
    request_id: requestId,
    ...(problem.errors && { errors: problem.errors }),
  };
}

/** What a client is told of an error: never more than it can act on. */
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  const status = statusOf(thrown);
  // A client that hangs up in the middle of its body has a status, and is no outage, though Node's word for both is one.
  if (status === undefined && isDatabaseAway(thrown)) {
    return Problem.unavailable('database_unavailable', 'The database cannot be reached; try again.', 5, thrown);
  }
  if (status === undefined || status >= 500) {
    return new Problem(
      500,
      'internal_error',
      'Something went wrong on our side; the request_id finds it in our logs.',
      {
        cause: thrown,
      },
    );
  }
  const detail = thrown instanceof Error ? thrown.message : 'The request was refused.';
  return new Problem(status, codeOf(status), detail);
}

/** Nest's exceptions have `getStatus()`, Fastify's errors `statusCode`. */
function statusOf(thrown: unknown): number | undefined {
  if (thrown instanceof HttpException) return thrown.getStatus();
  if (thrown instanceof Error && 'statusCode' in thrown && typeof thrown.statusCode === 'number')
    return thrown.statusCode;
  return undefined;
}
