/** One wrong part of a request. */
export class ProblemFieldDto {
  /**
   * The field's name; empty for the body itself.
   * @example "V7"
   */
  path!: string;

  /**
   * What is wrong, and the fix.
   * @example "must be a finite number, got 'abc'"
   */
  message!: string;
}

/** An error, as RFC 9457 problem details (`application/problem+json`). */
export class ProblemDto {
  /**
   * Always `about:blank`: the status says what kind of problem it is.
   * @example "about:blank"
   */
  type!: string;

  /**
   * The status in words.
   * @example "Unprocessable Entity"
   */
  title!: string;

  /**
   * The HTTP status.
   * @example 422
   */
  status!: number;

  /**
   * What went wrong with this request.
   * @example "V7: must be a finite number, got 'abc'"
   */
  detail!: string;

  /**
   * A stable word to branch on; all of them stand at the top of the docs page.
   * @example "invalid_body"
   */
  code!: string;

  /**
   * Finds the request in the logs; also sent as `X-Request-ID`.
   * @example "5b8f3f3e-5e0d-4c9b-8a0b-0a8f8d1f2c11"
   */
  request_id!: string;

  /** With status 422: every field or parameter that does not fit. */
  errors?: ProblemFieldDto[];
}
