import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import type { Failure } from './carrier.js';

type Done = (error?: Error | null) => void;

/** What is told of requests that Node's server is given. */
export interface Forwarder {
  /** The server has taken what it was given. */
  wantsMore(): void;
  /** The request given last has its answer, or will not have one. */
  answered(): void;
  /** The server has closed its end. */
  serverLeft(): void;
}

/**
 * What Node's HTTP server sees of a connection that is the fast lane's: it reads the requests that it is given, and what
 * it answers goes out on the connection.
 */
export class ServerEnd extends Duplex {
  /** What the request that it is given next is answered with. */
  failure: Failure | undefined;

  constructor(
    private readonly connection: Socket,
    private readonly forwarder: Forwarder,
  ) {
    super({ decodeStrings: false });
  }

  readonly answered = (): void => {
    this.forwarder.answered();
  };

  override _read(): void {
    this.forwarder.wantsMore();
  }

  override _write(chunk: string | Uint8Array, encoding: BufferEncoding, done: Done): void {
    this.send(chunk, encoding, done);
  }

  /** A head and its body go out in one piece. */
  override _writev(pieces: readonly { chunk: string | Uint8Array; encoding: BufferEncoding }[], done: Done): void {
    this.connection.cork();
    const last = pieces.length - 1;
    for (const [at, { chunk, encoding }] of pieces.entries())
      this.send(chunk, encoding, at === last ? done : undefined);
    this.connection.uncork();
  }

  override _final(done: Done): void {
    this.connection.destroySoon();
    done();
  }

  override _destroy(error: Error | null, done: Done): void {
    this.forwarder.serverLeft();
    done(error);
  }

  private send(chunk: string | Uint8Array, encoding: BufferEncoding, done?: Done): void {
    if (typeof chunk === 'string') this.connection.write(chunk, encoding, done);
    else this.connection.write(chunk, done);
  }
}
