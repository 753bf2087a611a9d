import type { Duplex } from 'node:stream';
import type { HistogramSeries, Metrics } from '@app/metrics';
import type { RequestLine } from './request-line.js';
import type { RequestLog } from './request-log.js';

/** With bounds where the alarms are: 150 ms and 200 ms. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2.5, 5, 10, 30];

/** The route of what no route sees. */
export const NO_ROUTE = '(none)';

/** What stays of each request: a figure and a line in the log. */
export class RequestRecord {
  private readonly durations;
  /** By method, route, status and model. */
  private readonly series = new Map<string, HistogramSeries>();
  private inFlight = 0;
  /** Connections on which a request is being answered. */
  private readonly underWay = new WeakSet<Duplex>();

  constructor(
    metrics: Metrics,
    private readonly log: RequestLog,
  ) {
    this.durations = metrics.histogram(
      'fraud_http_request_duration_seconds',
      'Requests from their headers to the end of the answer. Status 499: the client hung up.',
      ['method', 'route', 'status', 'model'],
      SECONDS,
    );
    metrics.gauge('fraud_http_requests_in_flight', 'Requests that are being answered.', [], () => [
      { labels: {}, value: this.inFlight },
    ]);
  }

  begin(connection: Duplex): void {
    this.inFlight += 1;
    this.underWay.add(connection);
  }

  end(connection: Duplex): void {
    this.inFlight -= 1;
    this.underWay.delete(connection);
  }

  write(line: RequestLine): void {
    const { route, status, model, milliseconds } = line;
    // Anybody can ask with any of three dozen methods for what is not there.
    const method = route === NO_ROUTE ? 'other' : line.method;
    const key = `${method} ${route} ${status} ${model ?? ''}`;
    let series = this.series.get(key);
    if (!series) {
      series = this.durations.series({ method, route, status: String(status), model: model ?? '' });
      this.series.set(key, series);
    }
    series.observe(milliseconds / 1_000);
    this.log.write(line);
  }

  /** What was answered without being read as a request. A body that turns bad belongs to a request that has its own line. */
  writeUnread(connection: Duplex, answer: Pick<RequestLine, 'method' | 'status' | 'requestId'>): void {
    if (this.underWay.has(connection)) return;
    this.write({ ...answer, traceId: null, route: NO_ROUTE, milliseconds: 0, model: null, version: null, key: null });
  }

  /** Before the process ends. */
  close(): void {
    this.log.close();
  }
}
