import { Agent, request } from 'node:http';

export interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  /** Throws where the answer is not what it must be. It is judged only where the status is 200. */
  judge(body: unknown): void;
}

/** Clients that send one request after the other, each on a connection that it keeps, until they are told to end. */
export class Load {
  /** A line for each request that was not answered well. */
  readonly failures: string[] = [];
  /** How many requests were answered well. */
  answered = 0;
  private running = true;
  private readonly agent: Agent;
  private readonly clients: Promise<unknown>;

  private constructor(
    private readonly url: string,
    private readonly key: string,
    clients: number,
    next: () => Call,
  ) {
    this.agent = new Agent({ keepAlive: true, maxSockets: clients });
    this.clients = Promise.all(Array.from({ length: clients }, () => this.client(next)));
  }

  static start(url: string, key: string, clients: number, next: () => Call): Load {
    return new Load(url, key, clients, next);
  }

  /** Waits for what is under way. */
  async end(): Promise<void> {
    this.running = false;
    await this.clients;
    this.agent.destroy();
  }

  private async client(next: () => Call): Promise<void> {
    while (this.running) {
      const call = next();
      try {
        call.judge(await this.send(call));
        this.answered += 1;
      } catch (error) {
        this.failures.push(`${call.method} ${call.path}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }

  private send({ method, path, body }: Call): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
      const headers = {
        'X-API-Key': this.key,
        ...(bytes && { 'Content-Type': 'application/json', 'Content-Length': bytes.length }),
      };
      const sent = request(this.url + path, { method, headers, agent: this.agent }, (answer) => {
        let text = '';
        answer.on('data', (chunk) => (text += String(chunk)));
        answer.once('error', reject);
        answer.once('end', () => {
          if (answer.statusCode === 200) resolve(JSON.parse(text));
          else reject(new Error(`${answer.statusCode ?? 0} ${text.slice(0, 200)}`));
        });
      });
      sent.once('error', reject);
      sent.end(bytes);
    });
  }
}
