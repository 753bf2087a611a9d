import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** Stands between the application and PostgreSQL, and can fall silent: connections stay open, and nothing comes. */
export class DatabaseProxy {
  private silent = false;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async before(databaseUrl: string): Promise<DatabaseProxy> {
    const url = new URL(databaseUrl);
    const { hostname, port } = url;
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the proxy does not listen');
    url.port = String(address.port);
    const proxy = new DatabaseProxy(server, url.href);
    server.on('connection', (client) => {
      proxy.join(client, connect(Number(port), hostname));
    });
    return proxy;
  }

  /** From now on nothing passes, as when the host on the other end loses its power. */
  fallSilent(): void {
    this.silent = true;
    for (const socket of this.sockets) socket.pause();
  }

  /** New connections work again; those from before stay silent. */
  resume(): void {
    this.silent = false;
  }

  /** All connections break without a word; new ones work. */
  cut(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  stop(): void {
    this.server.close();
    this.cut();
  }

  private join(client: Socket, server: Socket): void {
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.sockets.add(from);
      from.on('data', (bytes) => to.write(bytes));
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
      if (this.silent) from.pause();
    }
  }
}
