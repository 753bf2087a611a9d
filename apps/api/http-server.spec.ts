import { describe, expect, it } from '@jest/globals';
import { ProblemFilter } from '@app/common';
import { httpServer } from './http-server.js';

describe('httpServer', () => {
  const server = httpServer(new ProblemFilter()).getInstance().server;

  it('waits for no client for ever, but long enough for a large file', () => {
    expect(server.headersTimeout).toBe(60_000);
    expect(server.timeout).toBe(120_000);
    expect(server.requestTimeout).toBe(3_600_000);
  });

  it('keeps connections for the next request', () => {
    expect(server.keepAliveTimeout).toBe(72_000);
  });
});
