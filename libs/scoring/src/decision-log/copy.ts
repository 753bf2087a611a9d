import type { Connection, Submittable } from 'pg';

/**
 * A COPY whose rows are at hand, sent in one piece with its statement: PostgreSQL takes no notice of rows that come after
 * an error. The driver calls these methods as its answers arrive.
 */
export class Copy implements Submittable {
  /** Where the connection has a `query_timeout`, the driver's clock is stopped by this. */
  callback: ((error?: Error) => void) | undefined;

  /** @param message not to be written to before `done`; after `failed`, some of it may still be under way */
  constructor(
    private readonly message: Buffer,
    private readonly done: () => void,
    private readonly failed: (error: Error) => void,
  ) {}

  submit(connection: Connection): void {
    connection.stream.write(this.message);
  }

  handleCopyInResponse(): void {
    // The rows are on their way.
  }

  handleCommandComplete(): void {
    // "Ready for query" follows: only then the connection is free.
  }

  handleReadyForQuery(): void {
    this.callback?.();
    this.done();
  }

  handleError(error: Error): void {
    this.callback?.(error);
    this.failed(error);
  }
}
