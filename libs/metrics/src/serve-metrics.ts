import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Logger } from '@nestjs/common';
import { errorText, whyNotListening } from '@app/common';
import type { Config } from '@app/config';
import type { Metrics } from './metrics.js';

/** Figures in Prometheus' text format, of one process or of several. */
export type MetricsText = Pick<Metrics, 'contentType' | 'text'>;

/**
 * For a `main.ts`, before it takes work on: answers `GET /metrics`, and nothing else, on a port of its own and without a
 * key, where one is set. A port that cannot be had ends the start with a line that says so.
 */
export async function serveMetricsOrExit(
  metrics: MetricsText,
  { metricsHost: host }: Pick<Config, 'metricsHost'>,
  { port, setting }: { readonly port: number | null; readonly setting: string },
): Promise<void> {
  if (port === null) return;
  const server = createServer((request, response) => {
    answer(metrics, request, response).catch((error: unknown) => {
      new Logger('Metrics').error('the metrics cannot be read', errorText(error));
      response.writeHead(500).end();
    });
  });
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    console.error(whyNotListening(error, { host, port }, { host: 'METRICS_HOST', port: setting }));
    process.exit(1);
  }
  // Nobody keeps a process alive by watching it.
  server.unref();
}

async function answer(metrics: MetricsText, { method, url }: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader('Connection', 'close');
  if (url?.split('?')[0] !== '/metrics') {
    response.writeHead(404).end();
  } else if (method !== 'GET' && method !== 'HEAD') {
    response.writeHead(405, { Allow: 'GET, HEAD' }).end();
  } else {
    const text = await metrics.text();
    response.writeHead(200, { 'Content-Type': metrics.contentType }).end(text);
  }
}
