import { once } from 'node:events';
import { Server } from 'node:net';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Config } from '@app/config';

/** Connections that nobody uses any more are not waited for longer than this, however long the drain. */
const LONGEST_GOODBYE_MILLISECONDS = 10_000;

/**
 * Ends without a request being lost, in two steps of DRAIN_SECONDS at most. First all goes on, only readiness says no: load
 * balancers hear of it late. Then the port is closed, and each connection ends with its next answer: until it does, or
 * whoever holds it lets it go, a request may be on its way on it. A second signal cuts the step short.
 */
@Injectable()
export class Draining implements BeforeApplicationShutdown {
  private step: 'none' | 'draining' | 'closed' = 'none';

  constructor(
    private readonly config: Config,
    private readonly host: HttpAdapterHost,
  ) {}

  /** Whether it has been told to end. */
  get hasBegun(): boolean {
    return this.step !== 'none';
  }

  /** Whether what is answered now is the last answer on its connection. */
  get saysGoodbye(): boolean {
    return this.step === 'closed';
  }

  /** Without a signal nobody sends anything any more: the process that this one belonged to is gone. */
  async beforeApplicationShutdown(signal?: string): Promise<void> {
    const patience = signal === undefined ? 0 : this.config.drainMilliseconds;
    this.step = patience > 0 ? 'draining' : 'closed';
    if (patience === 0) return;
    await untilSignal((stop) => [delay(patience, undefined, { signal: stop })]);
    // Right after a look for new connections: those that wait to be accepted are lost when the port is closed.
    await nextTurn();
    this.step = 'closed';
    const server = closePort(this.host.httpAdapter.getHttpServer());
    await untilSignal((stop) => [
      delay(Math.min(patience, LONGEST_GOODBYE_MILLISECONDS), undefined, { signal: stop }),
      // It comes with the end of the last connection.
      once(server, 'close', { signal: stop }),
    ]);
  }
}

/** The port only: an HTTP server's own `close` also cuts off connections on which a request may just be coming. */
function closePort(server: unknown): Server {
  if (!(server instanceof Server)) throw new TypeError('the HTTP server is no server of node:net');
  return Server.prototype.close.call(server);
}

/** Waits for the first of these, or a signal. */
async function untilSignal(begin: (stop: AbortSignal) => readonly Promise<unknown>[]): Promise<void> {
  const over = new AbortController();
  const { signal } = over;
  const waits = [...begin(signal), once(process, 'SIGTERM', { signal }), once(process, 'SIGINT', { signal })];
  await Promise.race(waits);
  over.abort();
  await Promise.allSettled(waits);
}
