import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { freePort, tryToListen } from './ports.js';

describe('ports', () => {
  it('finds a free port, and tells when it is taken', async () => {
    const port = await freePort();
    await tryToListen(port, '127.0.0.1');
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    await expect(tryToListen(port, '127.0.0.1')).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await expect(tryToListen(port, '0.0.0.0')).rejects.toMatchObject({ code: 'EADDRINUSE' });
    server.close();
    await once(server, 'close');
    await tryToListen(port, '127.0.0.1');
  });

  it('tells when the host is none of this machine', async () => {
    await expect(tryToListen(0, 'no.such.host.invalid')).rejects.toThrow(/ENOTFOUND|EAI_AGAIN/);
    await expect(tryToListen(0, '192.0.2.1')).rejects.toMatchObject({ code: 'EADDRNOTAVAIL' });
  });
});
