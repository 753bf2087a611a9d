import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { waitFor } from './wait-for.js';

export interface RawAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** A connection on which a request can be sent bit by bit, or not to its end. */
export class RawConnection {
  private received = '';

  private constructor(private readonly socket: Socket) {
    socket.on('data', (bytes) => (this.received += bytes.toString()));
    // Being cut off is an answer, too.
    socket.on('error', () => null);
  }

  static async to(url: string): Promise<RawConnection> {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new RawConnection(socket);
  }

  /** Sends a request's head, without a Content-Type unless there is one among the headers. */
  head(method: string, path: string, headers: Readonly<Record<string, string | number>>): this {
    const lines = Object.entries({ Host: 'localhost', ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
    return this.send(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
  }

  send(part: string | Uint8Array): this {
    this.socket.write(part);
    return this;
  }

  /** Waits for the next answer on this connection. */
  async answer(): Promise<RawAnswer> {
    return waitFor(() => this.take(), { what: 'an answer' });
  }

  /** Waits until the other end closes. */
  async closed(): Promise<void> {
    await waitFor(() => this.socket.destroyed || this.socket.readableEnded, { what: 'the end of the connection' });
  }

  end(): void {
    this.socket.destroy();
  }

  private take(): RawAnswer | undefined {
    const [head = '', rest] = this.received.split('\r\n\r\n', 2);
    if (rest === undefined) return undefined;
    const [first = '', ...lines] = head.split('\r\n');
    const headers = Object.fromEntries(
      lines.map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
      }),
    );
    const length = Number(headers['content-length'] ?? 0);
    if (Buffer.byteLength(rest) < length) return undefined;
    this.received = '';
    return { status: Number(first.split(' ')[1]), headers, body: length > 0 ? JSON.parse(rest) : undefined };
  }
}

/**
 * Sends bytes and reads until the connection is closed.
 * @param keepOpen false: closes its own half once all is sent, as one does who sends no more
 */
export function exchange(url: string, bytes: string | Buffer, keepOpen = false): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true }, () => {
      if (keepOpen) socket.write(bytes);
      else socket.end(bytes);
    });
    socket.on('data', (chunk) => (answer += chunk.toString('latin1')));
    // A server may well reset a connection on which it reads nonsense.
    socket.on('error', () => undefined);
    socket.on('end', () => socket.destroy());
    socket.on('close', () => {
      resolve(answer);
    });
  });
}
