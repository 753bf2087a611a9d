import type { Duplex } from 'node:stream';

/** What a request is answered with instead. */
export interface Failure {
  readonly error: unknown;
}

/** How a request came, and its answer goes. */
export interface Carrier {
  readonly connection: Duplex;
  /** Sends the answer, a 200. @param headers names and values in turn */
  answer(headers: readonly string[], body: string): void;
  /** Leaves the request, with all that has come of it, to its route. */
  handOn(failure?: Failure): void;
}
