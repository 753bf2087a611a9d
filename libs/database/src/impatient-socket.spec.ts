import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { impatientSocket } from './impatient-socket.js';

describe('impatientSocket', () => {
  let silent: Server;
  let port: number;
  beforeAll(async () => {
    silent = createServer((socket) => socket.on('error', () => null).resume()).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    port = (silent.address() as AddressInfo).port;
  });
  afterAll(() => {
    silent.close();
  });

  it('breaks when the other end says nothing, and says so', async () => {
    const socket = impatientSocket(20);
    socket.connect(port, '127.0.0.1');
    await expect(once(socket, 'close')).rejects.toMatchObject({ code: 'ETIMEDOUT' });
  });

  it('ends what waits for an answer of a silent PostgreSQL', async () => {
    const client = new pg.Client({ host: '127.0.0.1', port, stream: () => impatientSocket(20) });
    await expect(client.connect()).rejects.toMatchObject({ code: 'ETIMEDOUT' });
  });
});
