import { randomUUID } from 'node:crypto';
import { maxHeaderSize, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { Problem, PROBLEM_TYPE, problemBody } from '@app/common';

const BYTES_PER_KIBIBYTE = 1_024;

/** The largest request line and headers that Node reads. */
export const MAX_HEADERS_KIBIBYTES = Math.floor(maxHeaderSize / BYTES_PER_KIBIBYTE);

/** Answers what could not be read as an HTTP request: there is no reply object then, only the connection. */
export function answerUnreadable(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  // Not before it is on its way: a connection that is torn down takes what it still holds with it.
  if (socket.writable) socket.end(asHttp(unreadable(error.code)), () => socket.destroy());
  else socket.destroy();
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

function asHttp(problem: Problem): string {
  const status = problem.getStatus();
  const id = randomUUID();
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
