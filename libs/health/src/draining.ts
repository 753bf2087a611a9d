import { once } from 'node:events';
import { Server as HttpServer } from 'node:http';
import { Server } from 'node:net';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { hurried, portClosedByAll } from '@app/common';
import { Config } from '@app/config';
import { endingSteps } from './ending-steps.js';

/** Another process that ends with this one, and hangs, is not waited for. */
const LATE_MILLISECONDS = 1_000;

/**
 * Ends without a request being lost, in two steps of DRAIN_SECONDS at most. First all goes on, only readiness says no: load
 * balancers hear of it late. Then the port is closed, and each connection ends with its next answer: until it does, or
 * whoever holds it lets it go, a request may be on its way on it. A second signal cuts the step short. Requests that
 * are still under way then have their time, too; what is left of SHUTDOWN_SECONDS is for the decision log.
 */
@Injectable()
export class Draining implements BeforeApplicationShutdown {
  private readonly logger = new Logger(Draining.name);
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
    const drain = signal === undefined ? 0 : this.config.drainMilliseconds;
    const { goodbye, cutOff } = endingSteps(drain, this.config.shutdownMilliseconds);
    const server: unknown = this.host.httpAdapter.getHttpServer();
    if (!isHttpServer(server)) throw new TypeError('the HTTP server is no server of node:http');
    setTimeout(() => {
      this.cutOff(server);
    }, cutOff).unref();
    this.step = drain > 0 ? 'draining' : 'closed';
    if (drain === 0) return;
    await untilHurried((stop) => [delay(drain, undefined, { signal: stop })]);
    // Right after a look for new connections: those that wait to be accepted are lost when the port is closed.
    await nextTurn();
    const unused = new AbortController();
    // It comes with the end of the last connection.
    server.once('close', () => {
      unused.abort();
    });
    // The port only: an HTTP server's own `close` also cuts off connections on which a request may just be coming.
    Server.prototype.close.call(server);
    await Promise.race([portClosedByAll(), delay(LATE_MILLISECONDS, undefined, { ref: false })]);
    this.step = 'closed';
    if (unused.signal.aborted) return;
    await untilHurried((stop) => [
      delay(goodbye, undefined, { signal: stop }),
      once(unused.signal, 'abort', { signal: stop }),
    ]);
  }

  /** Whoever is still there then would take the decision log's time. */
  private cutOff(server: HttpServer): void {
    server.getConnections((_, open) => {
      if (open > 0) {
        this.logger.warn(`closed connections with requests under way: ${open}; SHUTDOWN_SECONDS is nearly over`);
      }
      server.closeAllConnections();
    });
  }
}

function isHttpServer(server: unknown): server is HttpServer {
  return server instanceof HttpServer;
}

/** Waits for the first of these, or until the end is hurried. */
async function untilHurried(begin: (stop: AbortSignal) => readonly Promise<unknown>[]): Promise<void> {
  const over = new AbortController();
  const waits = [...begin(over.signal), hurried(over.signal)];
  await Promise.race(waits);
  over.abort();
  await Promise.allSettled(waits);
}
