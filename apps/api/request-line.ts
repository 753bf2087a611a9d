/** What is told of a request: whose it was and how it went, never what it held. */
export interface RequestLine {
  readonly requestId: string;
  /** Null of what could not be read. */
  readonly traceId: string | null;
  readonly method: string;
  /** As it was declared: `/v1/models/:model/score`. */
  readonly route: string;
  readonly status: number;
  readonly milliseconds: number;
  readonly model: string | null;
  readonly version: number | null;
  /** The name of the key. */
  readonly key: string | null;
  /** What was away, of a 503. */
  readonly outage?: string | undefined;
}
