import { HttpException } from '@nestjs/common';

/** What is wrong with one part of a request; `path` is the field's name, "" for the body itself. */
export interface ProblemField {
  readonly path: string;
  readonly message: string;
}

interface ProblemExtras {
  readonly errors?: readonly ProblemField[];
  /** Sent as `Retry-After`. */
  readonly retryAfterSeconds?: number;
  /** Methods; sent as `Allow`. */
  readonly allow?: readonly string[];
  readonly cause?: unknown;
}

/** An answer that is no success, as RFC 9457 problem details. `code` is stable: clients may branch on it. */
export class Problem extends HttpException {
  readonly errors: readonly ProblemField[] | undefined;
  readonly retryAfterSeconds: number | undefined;
  readonly allow: readonly string[] | undefined;

  constructor(
    status: number,
    readonly code: string,
    detail: string,
    { errors, retryAfterSeconds, allow, cause }: ProblemExtras = {},
  ) {
    super(detail, status, cause === undefined ? {} : { cause });
    this.errors = errors;
    this.retryAfterSeconds = retryAfterSeconds;
    this.allow = allow;
  }

  /** 422: the body does not fit; `errors` names each field and the fix. */
  static invalid(errors: readonly ProblemField[], code = 'invalid_body'): Problem {
    const first = errors[0];
    const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
    const detail = first ? `${first.path ? `${first.path}: ` : ''}${first.message}${more}` : 'The body does not fit.';
    return new Problem(422, code, detail, { errors });
  }

  /** 422: a part of the path or the query does not fit. */
  static invalidParameter(errors: readonly ProblemField[]): Problem {
    return Problem.invalid(errors, 'invalid_parameter');
  }

  /** 404: `what` says what was looked for. */
  static notFound(what: string): Problem {
    return new Problem(404, 'not_found', `${what} does not exist.`);
  }

  /** 503: it may work again in `retryAfterSeconds`. */
  static unavailable(code: string, detail: string, retryAfterSeconds = 5, cause?: unknown): Problem {
    return new Problem(503, code, detail, { retryAfterSeconds, cause });
  }

  /** 503: PostgreSQL is out of reach. */
  static databaseAway(cause?: unknown): Problem {
    return Problem.unavailable('database_unavailable', 'The database cannot be reached; try again.', 5, cause);
  }
}
