import { randomUUID } from 'node:crypto';
import { type IncomingMessage, maxHeaderSize, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { Problem, PROBLEM_TYPE, problemBody, requestIdOf } from '@app/common';
import type { RequestRecord } from './request-record.js';

const BYTES_PER_KIBIBYTE = 1_024;

/** The largest request line and headers that Node reads. */
export const MAX_HEADERS_KIBIBYTES = Math.floor(maxHeaderSize / BYTES_PER_KIBIBYTE);

/** Answers what could not be read as an HTTP request: there is no reply object then, only the connection. */
export function answerUnreadable(error: Error & { code?: string }, socket: Socket, record: RequestRecord): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  if (socket.writable) {
    answer(socket, { problem: unreadable(error.code), method: '(none)', requestId: randomUUID() }, record);
  } else socket.destroy();
}

/** CONNECT asks a proxy for another host, and is no request for a route. */
export function refuseTunnel(request: IncomingMessage, socket: Duplex, record: RequestRecord): void {
  // From here on nobody else listens for its end.
  socket.on('error', () => socket.destroy());
  const problem = new Problem(400, 'bad_request', 'CONNECT is for proxies, and this is none.');
  answer(socket, { problem, method: 'CONNECT', requestId: requestIdOf(request) }, record);
}

interface Refusal {
  readonly problem: Problem;
  readonly method: string;
  readonly requestId: string;
}

function answer(socket: Duplex, { problem, method, requestId }: Refusal, record: RequestRecord): void {
  // Not before it is on its way: a connection that is torn down takes what it still holds with it.
  socket.end(asHttp(problem, requestId), () => socket.destroy());
  record.writeUnread(socket, { method, status: problem.getStatus(), requestId });
}

/** What is told of an error of Node's parser. */
export function unreadable(code: string | undefined): Problem {
  if (code === 'HPE_HEADER_OVERFLOW') {
    const detail = `The request line and headers are larger than ${MAX_HEADERS_KIBIBYTES} KiB.`;
    return new Problem(431, 'headers_too_large', detail);
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new Problem(408, 'timeout', 'The request did not arrive in time; send it again.');
  }
  return new Problem(400, 'bad_request', 'This is no HTTP request that can be read.');
}

function asHttp(problem: Problem, id: string): string {
  const status = problem.getStatus();
  const body = JSON.stringify(problemBody(problem, id));
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-ID: ${id}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
