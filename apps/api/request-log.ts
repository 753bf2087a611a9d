import { Logger } from '@nestjs/common';
import { type Config, LOG_LEVELS, type LogLevel } from '@app/config';
import { JsonLines } from './json-lines.js';
import { LineBuffer } from './line-buffer.js';
import type { RequestLine } from './request-line.js';

/** A line for each request: JSON in production, to be read by people otherwise. */
export class RequestLog {
  private readonly logger = new Logger('Access');
  private readonly json: boolean;
  private readonly enabled: ReadonlySet<LogLevel>;
  private readonly writer = new JsonLines();
  private readonly buffer = new LineBuffer();

  constructor({ production, logLevel }: Pick<Config, 'production' | 'logLevel'>) {
    this.json = production;
    this.enabled = new Set(LOG_LEVELS.slice(0, LOG_LEVELS.indexOf(logLevel) + 1));
  }

  write(line: RequestLine): void {
    const level = this.levelOf(line);
    if (!this.enabled.has(level)) return;
    if (this.json) this.buffer.add(this.writer.write(level, line));
    else this.logger[level](asText(line));
  }

  private levelOf({ status, route, method }: RequestLine): LogLevel {
    if (status >= 500) return status === 503 ? 'warn' : 'error';
    // Whoever sits in front of it wants to see what changes or fails, not each look at a training's progress.
    const onlyRead = !this.json && method === 'GET' && status < 400;
    return onlyRead || isProbe(route) ? 'debug' : 'log';
  }

  /** Before the process ends. */
  close(): void {
    this.buffer.close();
  }
}

/** Probes and scrapes come every few seconds, and say something only when they fail. */
function isProbe(route: string): boolean {
  return /^\/(health|ping|metrics|v2\/health|api\/v1\/status$)/.test(route);
}

function asText({ requestId, method, route, status, milliseconds, model, version, key, outage }: RequestLine): string {
  const scored = model === null ? '' : ` ${model}${version === null ? '' : ` v${version}`}`;
  return `${method} ${route} ${status} ${milliseconds} ms${scored} ${key ?? '(no key)'} ${requestId}${outage === undefined ? '' : `: ${outage}`}`;
}
