import { describe, expect, it } from '@jest/globals';
import { ProblemFilter } from '@app/common';
import { Metrics } from '@app/metrics';
import { httpServer } from './http-server.js';
import { RequestLog } from './request-log.js';
import { RequestRecord } from './request-record.js';

describe('httpServer', () => {
  const record = new RequestRecord(new Metrics(), new RequestLog({ production: true, logLevel: 'log' }));
  const server = httpServer(new ProblemFilter(), record, { keepAliveSeconds: 75 }).getInstance().server;

  it('waits for no client for ever, but long enough for a large file', () => {
    expect(server.headersTimeout).toBe(60_000);
    expect(server.timeout).toBe(120_000);
    expect(server.requestTimeout).toBe(3_600_000);
  });

  it('keeps connections for the next request', () => {
    expect(server.keepAliveTimeout).toBe(75_000);
  });
});
