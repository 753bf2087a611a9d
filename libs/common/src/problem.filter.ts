import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BYTES_PER_MEBIBYTE } from './bytes.js';
import { isDatabaseAway } from './database-away.js';
import { errorMessage, errorText } from './error-text.js';
import { PROBLEM_TYPE, problemBody } from './problem-body.js';
import { codeOf } from './problem-codes.js';
import { Problem } from './problem.js';

/** An error as it goes out. */
export interface ErrorAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: object;
}

/** The form that errors have in a foreign contract. */
export interface ErrorForm {
  /** The path under which everything has it, also what is no route: `/v2`. */
  readonly path: string;
  write(problem: Problem): ErrorAnswer;
}

/**
 * A refused body of at most so many bytes is read and dropped: most clients send to the end, and hear the answer only when
 * nobody hangs up before. Twice as much as any route takes in JSON: whoever is over the limit shall hear of it.
 */
const DROPPED_BYTES = 32 * BYTES_PER_MEBIBYTE;

/** What has not come until then will not: some clients stop sending when they hear the answer, and wait. */
const DROPPING_MILLISECONDS = 10_000;

/** What kept requests from being answered: for the line that each has in the log. */
const outages = new WeakMap<FastifyRequest['raw'], string>();

/** Why a request was answered with 503; undefined where nothing was away: a model without a champion is no news. */
export function outageOf({ raw }: Pick<FastifyRequest, 'raw'>): string | undefined {
  return outages.get(raw);
}

/** Turns everything that is thrown while a request is handled into `application/problem+json`, or a foreign form. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger('Request');

  constructor(private readonly foreign: readonly ErrorForm[] = []) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    this.answer(thrown, host.switchToHttp().getRequest(), host.switchToHttp().getResponse());
  }

  /** Also for what Fastify refuses before Nest hears of it. */
  answer(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const problem = asProblem(thrown);
    const { status, type, body } = this.formOf(request)?.write(problem) ?? problemAnswer(problem, request.id);
    if (status === 503) {
      // It refuses many requests, and where in the code says nothing about it: the request's own line has room for it.
      if (problem.cause !== undefined) outages.set(request.raw, errorMessage(problem.cause));
    } else if (status >= 500) {
      const what = `${request.method} ${request.routeOptions.url ?? '(no route)'} ${status}`;
      this.logger.error(what, { request_id: request.id }, errorText(problem.cause ?? thrown));
    }
    if (!request.raw.complete) {
      const dropped = isDropped(request);
      // Fastify would hang up on a body that is too large.
      reply.header('Connection', dropped ? 'keep-alive' : 'close');
      if (dropped) drop(request.raw);
    }
    if (problem.allow !== undefined) reply.header('Allow', problem.allow.join(', '));
    if (problem.retryAfterSeconds !== undefined) reply.header('Retry-After', problem.retryAfterSeconds);
    void reply.status(status).type(type).send(body);
  }

  private formOf({ url, routeOptions }: FastifyRequest): ErrorForm | undefined {
    const path = routeOptions.url ?? url.replace(/\?.*/s, '');
    return this.foreign.find((form) => isBelow(form, path));
  }
}

/**
 * Node itself drops a body that nobody has begun to read; also of a client that will hang up after the answer. Who waits
 * for `100 Continue` may never send it: what comes next on the connection could be either.
 */
function isDropped({ headers, raw }: FastifyRequest): boolean {
  const waits = headers.expect !== undefined && /100-continue/i.test(headers.expect);
  return (
    raw.httpVersion === '1.1' && !waits && !raw.readableDidRead && Number(headers['content-length']) <= DROPPED_BYTES
  );
}

function drop(raw: FastifyRequest['raw']): void {
  // Node would not, once a parser has taken hold of it, even if it let go before it read anything.
  raw.unpipe().resume();
  // The connection may long carry other requests by then.
  const late = setTimeout(() => {
    if (!raw.complete) raw.destroy();
  }, DROPPING_MILLISECONDS).unref();
  raw.once('close', () => {
    clearTimeout(late);
  });
}

/** Whether errors at a path have the form. */
export function isBelow(form: ErrorForm, path: string): boolean {
  return path === form.path || path.startsWith(`${form.path}/`);
}

function problemAnswer(problem: Problem, requestId: string): ErrorAnswer {
  return { status: problem.getStatus(), type: PROBLEM_TYPE, body: problemBody(problem, requestId) };
}

/** What a client is told of an error: never more than it can act on. */
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  const status = statusOf(thrown);
  // A client that breaks its own body off has the error code of a database that breaks off, but a status.
  if (status === undefined && isDatabaseAway(thrown)) {
    return Problem.databaseAway(thrown);
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
