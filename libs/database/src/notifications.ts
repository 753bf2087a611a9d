import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { errorMessage } from '@app/common';
import { Config } from '@app/config';
import pg from 'pg';
import { Heartbeat } from './heartbeat.js';
import { impatientSocket } from './impatient-socket.js';

/** What processes tell each other. The payload names the thing that changed; who cares reads it anew. */
export type Channel = 'api_keys' | 'champions' | 'dataset_profiles' | 'revoked_keys' | 'training_jobs';

type Listener = (payload: string) => void;

const RECONNECT_MILLISECONDS = 1_000;
/** Who only listens never notices that the other end is gone; so it asks now and then, and breaks without an answer. */
const ASK_MILLISECONDS = 5_000;
const SILENCE_MILLISECONDS = 10_000;

/**
 * PostgreSQL's LISTEN on a connection of its own. A notification is lost while the connection is down, so after
 * every reconnect each listener is called once with an empty payload: "look at everything again".
 */
@Injectable()
export class Notifications implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(Notifications.name);
  private readonly listeners = new Map<Channel, Listener[]>();
  private client: pg.Client | undefined;
  private retry: NodeJS.Timeout | undefined;
  private heartbeat: Heartbeat | undefined;
  private away = false;
  private stopped = false;

  constructor(private readonly config: Config) {}

  /** Calls `listener` for every notification on `channel`, and with '' when some may have been missed. */
  on(channel: Channel, listener: Listener): void {
    this.listeners.set(channel, [...(this.listeners.get(channel) ?? []), listener]);
  }

  async onModuleInit(): Promise<void> {
    await this.connect();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.retry);
    this.heartbeat?.stop();
    await this.client?.end().catch(() => undefined);
  }

  private async connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.config.databaseUrl ?? undefined,
      application_name: 'fraud-scoring listen',
      connectionTimeoutMillis: 5_000,
      stream: () => impatientSocket(SILENCE_MILLISECONDS),
    });
    const heartbeat = new Heartbeat(() => client.query('SELECT 1'), ASK_MILLISECONDS);
    this.client = client;
    this.heartbeat = heartbeat;
    client.on('notification', ({ channel, payload }) => {
      this.tell(channel, payload ?? '');
    });
    client.on('error', (error) => {
      this.warnOnce(`lost the connection for notifications: ${error.message}`);
    });
    client.on('end', () => {
      this.reconnectLater(client);
    });
    try {
      await client.connect();
      await client.query(
        'LISTEN api_keys; LISTEN champions; LISTEN dataset_profiles; LISTEN revoked_keys; LISTEN training_jobs',
      );
      this.away = false;
      heartbeat.start();
      for (const channel of this.listeners.keys()) this.tell(channel, '');
    } catch (error) {
      this.warnOnce(`cannot listen for notifications: ${errorMessage(error)}`);
      await client.end().catch(() => undefined);
      this.reconnectLater(client);
    }
  }

  /** Both a failed connect and an ended connection come here; one retry is enough. */
  private reconnectLater(client: pg.Client): void {
    if (this.stopped || this.client !== client) return;
    this.client = undefined;
    this.heartbeat?.stop();
    this.retry = setTimeout(() => void this.connect(), RECONNECT_MILLISECONDS);
  }

  /** One line per outage. */
  private warnOnce(message: string): void {
    if (!this.away) this.logger.warn(message);
    this.away = true;
  }

  private tell(channel: string, payload: string): void {
    for (const [name, listeners] of this.listeners) {
      if (name === channel) for (const listener of listeners) listener(payload);
    }
  }
}
