import type { Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { FastLane } from './fast-lane.js';
import type { LaneParts } from './lane-parts.js';
import { ServerEnd } from './server-end.js';

/**
 * Puts the fast lane before an HTTP server. Call it when all that observes and refuses is there.
 * @param bodyMilliseconds how long a body may take; left out: as on every route
 */
export function openFastLane(server: Server, parts: LaneParts, bodyMilliseconds?: number): void {
  const [serve, ...more] = server.listeners('connection');
  if (!serve || more.length > 0) throw new Error('the HTTP server has another listener for connections than its own');
  const serveOne = (connection: Duplex): void => {
    Reflect.apply(serve, server, [connection]);
  };
  const lane = new FastLane(parts, server, serveOne, bodyMilliseconds);
  server.removeAllListeners('connection');
  server.on('connection', lane.take);
  server.prependListener('request', (request, response) => {
    const { socket } = request;
    if (!(socket instanceof ServerEnd)) return;
    response.once('close', socket.answered);
    if (socket.failure) parts.handedOn.withFailure(request, socket.failure);
    socket.failure = undefined;
  });
  // Whoever closes the server's connections means these, too.
  const closeIdle = server.closeIdleConnections.bind(server);
  const closeAll = server.closeAllConnections.bind(server);
  server.closeIdleConnections = () => {
    lane.closeIdle();
    closeIdle();
  };
  server.closeAllConnections = () => {
    lane.closeAll();
    closeAll();
  };
}
