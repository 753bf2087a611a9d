import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

/** An answer as it passes by. */
export interface PassingAnswer {
  readonly status: number;
  readonly text: string;
}

export interface AlteringProxy {
  readonly url: string;
  close(): void;
}

/** Stands before an application and alters its answers to some requests, named like `POST /v1/fraud-score`. */
export async function startAlteringProxy(
  target: string,
  altered: string,
  alter: (answer: PassingAnswer) => PassingAnswer,
): Promise<AlteringProxy> {
  const server = createServer((request, response) => {
    const { method = 'GET', url = '/' } = request;
    const forward = async (): Promise<void> => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { 'x-api-key': key, 'content-type': type } = request.headers;
      const answer = await fetch(new URL(url, target), {
        method,
        headers: { ...(key !== undefined && { 'X-API-Key': String(key) }), ...(type && { 'Content-Type': type }) },
        ...(method !== 'GET' && { body: Buffer.concat(chunks) }),
      });
      const passing = { status: answer.status, text: await answer.text() };
      const { status, text } = `${method} ${url}` === altered ? alter(passing) : passing;
      response.writeHead(status).end(text);
    };
    forward().catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
