import type { Socket } from 'node:net';
import type { Carrier, Failure } from './carrier.js';
import type { Passage } from './passage.js';
import { readHead, type RequestHead } from './read-head.js';
import type { Forwarder, ServerEnd } from './server-end.js';

/** A request under way, as its connection sees it. */
export type OnItsWay = Pick<Passage, 'read' | 'handOn' | 'end'>;

/** What a connection needs to know of all. */
export interface Lane {
  /** How long it is kept while nothing is under way. */
  readonly keepAliveMilliseconds: number;
  /** How long nothing may come or go after that while a request is under way. */
  readonly quietMilliseconds: number;
  /** Whether each answer is the last one on its connection. */
  readonly saysGoodbye: boolean;
  /** Undefined: it is no request for the fast lane. */
  begin(head: RequestHead, carrier: Carrier): OnItsWay | undefined;
  /** @param isLast the connection ends with it */
  textOf(headers: readonly string[], body: string, isLast: boolean): string;
  openServerEnd(socket: Socket, forwarder: Forwarder): ServerEnd;
  /** It is closed. */
  forget(connection: LaneConnection): void;
}

/** What comes too early is read, so that a client that leaves is noticed, but no more than this. */
const MOST_EARLY_BYTES = 65_536;

/**
 * One connection. Requests for the fast lane are read and answered here, without the objects and events of Node's HTTP
 * server. Any other is given to that server, which has a connection of its own to this one (`ServerEnd`). After something
 * whose end only the server can tell, it is given all that comes.
 */
export class LaneConnection implements Carrier, Forwarder {
  /** The request under way, where the fast lane answers it. */
  private passage: OnItsWay | undefined;
  /** What has come of it. */
  private chunks: Buffer[] = [];
  private bodyStart = 0;
  /** Whether its client wants no other answer on this connection. */
  private isLast = false;
  /** Bytes of the request under way that have not come. */
  private missing = 0;
  /** What came too early, of requests that wait for its answer. */
  private early: Buffer | undefined;

  private serverEnd: ServerEnd | undefined;
  /** Where it is for the server: whether that has answered. */
  private forwarded: 'no' | 'waits' | 'answered' = 'no';
  /** Whether its client has yet to take the last answer. */
  private isFlushing = false;
  private wasQuiet = false;

  constructor(
    private readonly lane: Lane,
    readonly connection: Socket,
  ) {
    connection.setTimeout(lane.keepAliveMilliseconds);
    connection.on('data', this.onData).on('end', this.onEnd).on('close', this.onClose);
    connection.on('timeout', this.onTimeout).on('error', closeFollows);
  }

  get isIdle(): boolean {
    return !this.passage && this.forwarded === 'no' && !this.isFlushing;
  }

  answer(headers: readonly string[], body: string): void {
    const { lane, connection, passage } = this;
    // Its end is under way, and tells of itself.
    if (!connection.writable) return;
    const isLast = this.isLast || lane.saysGoodbye;
    const text = lane.textOf(headers, body, isLast);
    connection.write(text);
    if (isLast) connection.destroySoon();
    passage?.end(true);
    this.passage = undefined;
    this.chunks = [];
    this.isFlushing = connection.writableNeedDrain;
    if (this.isFlushing) connection.once('drain', this.onDrain);
    else this.next();
  }

  handOn(failure?: Failure): void {
    this.passage = undefined;
    const { chunks } = this;
    this.chunks = [];
    const serverEnd = this.forward();
    serverEnd.failure = failure;
    for (const chunk of chunks) serverEnd.push(chunk);
  }

  wantsMore(): void {
    if (!this.hasEnough) this.connection.resume();
  }

  answered(): void {
    this.forwarded = 'answered';
    if (this.missing === 0) this.next();
  }

  /** What it did on the connection is over, whatever the lane does there now. */
  serverLeft(): void {
    this.serverEnd = undefined;
    // What was answered goes out first.
    if (!this.passage) this.connection.destroySoon();
  }

  private get hasEnough(): boolean {
    return this.early !== undefined && this.early.length > MOST_EARLY_BYTES;
  }

  private readonly onData = (chunk: Buffer): void => {
    if (this.isIdle) {
      // Who wanted no more answers gets none.
      if (!this.connection.writable) return;
      this.begin(chunk);
    }
    const part = chunk.subarray(0, this.missing);
    if (part.length < chunk.length) this.keep(chunk.subarray(part.length));
    if (part.length === 0) return;
    this.missing -= part.length;
    if (this.passage) this.gather(this.passage, part);
    else this.pass(part);
  };

  /** Until the request under way is answered. */
  private keep(rest: Buffer): void {
    this.early = this.early ? Buffer.concat([this.early, rest]) : rest;
    if (this.hasEnough) this.connection.pause();
  }

  private begin(chunk: Buffer): void {
    const head = readHead(chunk);
    this.missing = head ? head.bytes + head.bodyBytes : Infinity;
    this.bodyStart = head?.bytes ?? 0;
    this.isLast = head?.isLast === true;
    this.passage = head && this.lane.begin(head, this);
    if (!this.passage) this.forward();
  }

  private gather(passage: OnItsWay, part: Buffer): void {
    this.chunks.push(part);
    if (this.missing > 0) return;
    passage.read(joined(this.chunks).toString('utf8', this.bodyStart));
  }

  private forward(): ServerEnd {
    this.forwarded = 'waits';
    return (this.serverEnd ??= this.lane.openServerEnd(this.connection, this));
  }

  private pass(part: Buffer): void {
    if (this.serverEnd?.push(part) === false) this.connection.pause();
    if (this.missing === 0 && this.forwarded === 'answered') this.next();
    else if (this.missing === Infinity) this.forwarded = 'waits';
  }

  /** Nothing is under way any more. */
  private next(): void {
    this.forwarded = 'no';
    const { connection, early } = this;
    if (this.wasQuiet) connection.setTimeout(this.lane.keepAliveMilliseconds);
    this.wasQuiet = false;
    if (!early) return;
    this.early = undefined;
    connection.resume();
    this.onData(early);
  }

  private readonly onDrain = (): void => {
    this.isFlushing = false;
    this.next();
  };

  private readonly onEnd = (): void => {
    const { connection, passage } = this;
    // One that ends too early: the server says so.
    if (passage && this.missing > 0) passage.handOn();
    if (this.forwarded !== 'no') {
      this.serverEnd?.push(null);
      return;
    }
    // As Node has it: who closes their half waits for no answer.
    passage?.end(false);
    this.passage = undefined;
    connection.end();
  };

  private readonly onClose = (): void => {
    this.lane.forget(this);
    this.passage?.end(false);
    this.serverEnd?.destroy();
  };

  /** Nothing has come and nothing gone for as long as a connection is kept; an answer may take longer. */
  private readonly onTimeout = (): void => {
    const isUnused = this.isIdle || (this.missing === Infinity && this.forwarded === 'answered');
    if (isUnused || this.wasQuiet) {
      this.connection.destroy();
      return;
    }
    this.wasQuiet = true;
    this.connection.setTimeout(this.lane.quietMilliseconds);
  };
}

/** Nearly every request comes in one piece. */
function joined(chunks: readonly Buffer[]): Buffer {
  const [first] = chunks;
  return chunks.length === 1 && first ? first : Buffer.concat(chunks);
}

/** An error without a listener would end the process; the close that comes after it tells all there is to tell. */
function closeFollows(): void {
  // Nothing else to do.
}
