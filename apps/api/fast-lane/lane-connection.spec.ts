import { afterAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { type Lane, LaneConnection } from './lane-connection.js';

const REQUEST = 'POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 0\r\n\r\n';
const REQUESTS = 500;
const ANSWER = 'x'.repeat(100_000);

describe('LaneConnection', () => {
  const sockets: Socket[] = [];
  let begun = 0;
  const lane: Lane = {
    keepAliveMilliseconds: 60_000,
    quietMilliseconds: 60_000,
    saysGoodbye: false,
    begin: (_head, carrier) => {
      begun += 1;
      return {
        read: () => {
          setImmediate(() => {
            carrier.answer([], ANSWER);
          });
        },
        handOn: () => undefined,
        end: () => undefined,
      };
    },
    textOf: (_headers, body) => body,
    openServerEnd: () => {
      throw new Error('nothing is for the server');
    },
    forget: () => undefined,
  };
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket);
    new LaneConnection(lane, socket);
  });
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  it('begins nothing more for a client that does not take its answers, until it does', async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const client = connect(typeof address === 'object' && address ? address.port : 0, '127.0.0.1');
    await once(client, 'connect');
    client.pause().write(REQUEST.repeat(REQUESTS));
    let before: number;
    do {
      before = begun;
      for (let turn = 0; turn < 1_000; turn++) await new Promise((resolve) => setImmediate(resolve));
    } while (begun === 0 || begun > before);
    expect(begun).toBeLessThan(REQUESTS);
    expect(sockets[0]?.writableLength).toBeLessThanOrEqual(2 * ANSWER.length);
    let taken = 0;
    client.on('data', (bytes) => (taken += bytes.length)).resume();
    while (taken < REQUESTS * ANSWER.length) await once(client, 'data');
    expect(begun).toBe(REQUESTS);
    expect(taken).toBe(REQUESTS * ANSWER.length);
    client.destroy();
  });
});
