import { type Agent, request as httpRequest } from 'node:http';
import type { FuzzRequest } from './requests.js';

export interface FuzzAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly milliseconds: number;
}

/** A server that refuses a large body may hang up while it is still being sent. */
const MAY_BE_CUT_OFF = 1_000_000;
const TIMEOUT_MILLISECONDS = 60_000;
const SHOWN_BYTES = 2_000;

/** @returns null when the server hung up in the middle of a body it does not want */
export function sendFuzz(
  url: string,
  agent: Agent,
  { method, target, headers, body }: FuzzRequest,
): Promise<FuzzAnswer | null> {
  const start = performance.now();
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    // Who says that it will hang up must not send another request on the same connection.
    const alone = headers.some(([name]) => name.toLowerCase() === 'connection');
    const request = httpRequest({
      hostname,
      port,
      agent: alone ? false : agent,
      method,
      path: target,
      timeout: TIMEOUT_MILLISECONDS,
    });
    // One by one: a header may be there twice, or be one of Node's own.
    for (const [name, value] of headers) request.setHeader(name, value);
    if (body !== null) request.setHeader('Content-Length', body.length);
    request.on('timeout', () => request.destroy(new Error(`no answer in ${TIMEOUT_MILLISECONDS} ms`)));
    request.on('error', (error) => {
      if (body !== null && body.length > MAY_BE_CUT_OFF && 'code' in error) resolve(null);
      else reject(error);
    });
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString(),
          milliseconds: performance.now() - start,
        });
      });
    });
    request.end(body ?? undefined);
  });
}

/** For a person to try again: small bodies in full. */
export function asCurl(url: string, { method, target, headers, body }: FuzzRequest): string {
  const parts = [`curl -sS -i --path-as-is -X ${method} ${quote(url + target)}`];
  for (const [name, value] of headers)
    parts.push(`-H ${quote(name === 'X-API-Key' ? `${name}: $KEY` : `${name}: ${value}`)}`);
  if (body !== null) {
    const text = body.toString('latin1');
    const shown = JSON.stringify(text.slice(0, SHOWN_BYTES)).slice(1, -1);
    parts.push(
      `--data-binary $'${shown.replaceAll("'", "\\'")}'${text.length > SHOWN_BYTES ? ` # … ${body.length} bytes` : ''}`,
    );
  }
  return parts.join(' ');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
