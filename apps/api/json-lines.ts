import type { LogLevel } from '@app/config';
import type { RequestLine } from './request-line.js';

/**
 * Lines of requests as JSON, with the members that all other lines of the log have, too. Most differ from the one before
 * in two ids and two numbers only: the rest is kept as text.
 */
export class JsonLines {
  private level: LogLevel | undefined;
  private last: RequestLine | undefined;
  private start = '';
  private middle = '';
  private end = '';

  write(level: LogLevel, line: RequestLine): string {
    if (level !== this.level) {
      this.level = level;
      this.start = `{"level":${JSON.stringify(level)},"pid":${process.pid},"timestamp":`;
    }
    if (!this.last || !areAlike(line, this.last)) {
      const { method, route, status, model, version, key, outage } = line;
      const common = JSON.stringify({ method, route, status, model, version, key });
      this.middle = `,${common.slice(1, -1)},"ms":`;
      this.end = outage === undefined ? '}\n' : `,"outage":${JSON.stringify(outage)}}\n`;
    }
    this.last = line;
    const ids = `"request_id":${JSON.stringify(line.requestId)},"trace_id":${JSON.stringify(line.traceId)}`;
    return `${this.start}${Date.now()},"message":"request","context":"Access",${ids}${this.middle}${line.milliseconds}${this.end}`;
  }
}

/** In all but their ids and their time. */
function areAlike(one: RequestLine, other: RequestLine): boolean {
  return (
    one.key === other.key &&
    one.model === other.model &&
    one.version === other.version &&
    one.route === other.route &&
    one.status === other.status &&
    one.method === other.method &&
    one.outage === other.outage
  );
}
