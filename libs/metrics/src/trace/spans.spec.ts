import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { SPANS_KEPT, Spans } from './spans.js';

/** As many as go out at once. */
const BATCH = 512;

describe('Spans', () => {
  const warnings: string[] = [];
  const unanswered: ServerResponse[] = [];
  let answering = false;
  let collector: Server;

  beforeEach(async () => {
    Logger.overrideLogger({ log: () => null, error: () => null, warn: (message: string) => warnings.push(message) });
    collector = createServer((request, response) => {
      request.resume();
      if (answering) response.end('{}');
      else unanswered.push(response);
    }).listen(0, '127.0.0.1');
    await once(collector, 'listening');
  });
  afterEach(() => {
    Logger.overrideLogger(true);
    collector.close();
    collector.closeAllConnections();
  });

  it('tell when a slow collector loses some, and how many', async () => {
    const { port } = collector.address() as AddressInfo;
    const spans = new Spans(`http://127.0.0.1:${port}`, 1, 'test');
    const end = (count: number): void => {
      for (let ended = 0; ended < count; ended++) spans.begin(undefined, 'server').end('a', {}, false);
    };
    end(BATCH + SPANS_KEPT);
    expect(warnings).toEqual([]);
    end(7);
    expect(warnings).toEqual(['spans come faster than the collector takes them, and are dropped']);
    answering = true;
    for (const response of unanswered) response.end('{}');
    await spans.close();
    expect(warnings.slice(1)).toEqual(['spans are kept again; 7 were dropped']);
  });
});
