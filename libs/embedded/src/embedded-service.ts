import type { Exit } from './processes.js';

/** A PostgreSQL or Redis of our own. */
export interface EmbeddedService {
  /** How clients reach it, password included. */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Settles when the process has ended, whoever ended it. */
  readonly exited: Promise<Exit>;
  /** Ends it in order; settles when it is gone. Calling it again is harmless. */
  stop(): Promise<void>;
}

/** A service could not be started; the message says why, with the end of its log. */
export class EmbeddedServiceError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'EmbeddedServiceError';
  }
}
