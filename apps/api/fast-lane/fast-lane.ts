import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { tooSlow } from '../limit-body-time.js';
import { AnswerText } from './answer-text.js';
import type { Carrier } from './carrier.js';
import { type Lane, LaneConnection } from './lane-connection.js';
import type { LaneParts } from './lane-parts.js';
import { Passage } from './passage.js';
import type { RequestHead } from './read-head.js';
import { type Forwarder, ServerEnd } from './server-end.js';

/** As on every route: long enough for a slow line. */
const BODY_MILLISECONDS = 60_000;
const LOOKS_PER_BODY = 12;

/**
 * The short way for what nearly all requests are: one transaction that fits, of a key that may score. They go from their
 * connection to the scoring and back, past Node's HTTP server, Fastify and Nest, which take more of the processor than the
 * scoring does (see decision 0035). Whatever is unusual, wrong, or fails is handed on to its route, which answers as it
 * always does: what is done here is what the route would have done, and no more.
 */
export class FastLane implements Lane {
  private readonly connections = new Set<LaneConnection>();
  /** Those whose body is not there yet. */
  private readonly reading = new Set<Passage>();
  private readonly text: AnswerText;

  /**
   * @param serve what took every connection before there was a fast lane
   * @param bodyMilliseconds how long a body may take
   */
  constructor(
    private readonly parts: LaneParts,
    private readonly server: Server,
    private readonly serve: (connection: Duplex) => void,
    bodyMilliseconds = BODY_MILLISECONDS,
  ) {
    this.text = new AnswerText(server.keepAliveTimeout);
    setInterval(
      () => {
        const longAgo = performance.now() - bodyMilliseconds;
        for (const passage of this.reading) if (passage.since < longAgo) passage.handOn({ error: tooSlow() });
      },
      Math.ceil(bodyMilliseconds / LOOKS_PER_BODY),
    ).unref();
  }

  get keepAliveMilliseconds(): number {
    return this.server.keepAliveTimeout;
  }

  get quietMilliseconds(): number {
    return this.server.timeout;
  }

  get saysGoodbye(): boolean {
    return this.parts.draining.saysGoodbye;
  }

  readonly take = (socket: Socket): void => {
    this.connections.add(new LaneConnection(this, socket));
  };

  forget(connection: LaneConnection): void {
    this.connections.delete(connection);
  }

  closeIdle(): void {
    for (const { isIdle, connection } of this.connections) if (isIdle) connection.destroySoon();
  }

  closeAll(): void {
    for (const { connection } of this.connections) connection.destroy();
  }

  begin(head: RequestHead, carrier: Carrier): Passage | undefined {
    const { routes, keys, limits } = this.parts;
    const target = this.saysGoodbye ? undefined : routes.targetOf(head);
    const holder = target && keys.scorerOf(head.headers);
    if (!holder || limits.isFull(holder)) return undefined;
    return new Passage(this.parts, this.reading, { headers: head.headers, target, holder }, carrier);
  }

  textOf(headers: readonly string[], body: string, isLast: boolean): string {
    return this.text.write(headers, body, isLast);
  }

  openServerEnd(socket: Socket, forwarder: Forwarder): ServerEnd {
    const end = new ServerEnd(socket, forwarder);
    this.serve(end);
    return end;
  }
}
