import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { freePort, isPortFree } from './ports.js';

describe('ports', () => {
  it('finds a free port, and tells when it is taken', async () => {
    const port = await freePort();
    expect(await isPortFree(port, '127.0.0.1')).toBe(true);
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    expect(await isPortFree(port, '127.0.0.1')).toBe(false);
    expect(await isPortFree(port, '0.0.0.0')).toBe(false);
    server.close();
    await once(server, 'close');
    expect(await isPortFree(port, '127.0.0.1')).toBe(true);
  });

  it('throws when the question makes no sense', async () => {
    await expect(isPortFree(0, 'no.such.host.invalid')).rejects.toThrow(/ENOTFOUND|EAI_AGAIN/);
  });
});
