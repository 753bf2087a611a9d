import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import Bull from 'bull';
import { queueOptions } from './queue-options.js';

/** What a TLS connection begins with, and what a plain one to Redis does. */
const HANDSHAKE = 0x16;
const COMMAND = '*'.charCodeAt(0);

let server: Server;
let firstByte: Promise<unknown>;
beforeEach(async () => {
  server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  firstByte = new Promise((resolve) => {
    server.on('connection', (socket) => {
      socket.on('error', () => null);
      socket.once('data', (data) => {
        resolve(data[0]);
        socket.destroy();
      });
    });
  });
});
afterEach(() => {
  server.close();
});

test.each([
  ['rediss', HANDSHAKE],
  ['redis', COMMAND],
])('an address with %s:// is spoken to as it asks for', async (scheme, begin) => {
  const { port } = server.address() as AddressInfo;
  const { url, redis } = queueOptions(`${scheme}://:password@127.0.0.1:${port}`);
  // One attempt is enough here, and nothing is left to wait for when it ends.
  const queue = new Bull('training', url, {
    redis: { ...redis, retryStrategy: () => null, disconnectTimeout: 1 },
  });
  queue.on('error', () => null);
  const ended = new Promise((resolve) => queue.client.once('end', resolve));
  // Asking makes it connect.
  queue.isReady().catch(() => null);
  expect(await firstByte).toBe(begin);
  await ended;
});
