import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { errorMessage } from '@app/common';
import { DataSource } from 'typeorm';

const FLUSH_MILLISECONDS = 5_000;

/** The newest use wins, whichever process saw it. Rows are locked in order, so that two processes never wait in a ring. */
const UPDATE = `
  UPDATE api_keys SET last_used_at = used.at
  FROM (
    SELECT id, at FROM api_keys JOIN unnest($1::integer[], $2::timestamptz[]) AS used (id, at) USING (id)
    ORDER BY id FOR UPDATE OF api_keys
  ) AS used
  WHERE api_keys.id = used.id AND (last_used_at IS NULL OR last_used_at < used.at)`;

/** When each key was used last: kept in memory, and stored by one statement every few seconds and at the end. */
@Injectable()
export class KeyUses implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(KeyUses.name);
  private uses = new Map<number, number>();
  private flushing: Promise<void> = Promise.resolve();
  private timer: NodeJS.Timeout | undefined;

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.flush(), FLUSH_MILLISECONDS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  /** The key was used just now. */
  add(id: number): void {
    this.uses.set(id, Date.now());
  }

  private flush(): Promise<void> {
    this.flushing = this.flushing.then(() => this.store());
    return this.flushing;
  }

  /** What could not be stored waits for the next time. */
  private async store(): Promise<void> {
    if (this.uses.size === 0) return;
    const uses = this.uses;
    this.uses = new Map();
    try {
      await this.dataSource.query(UPDATE, [[...uses.keys()], [...uses.values()].map((at) => new Date(at))]);
    } catch (error) {
      this.uses = new Map([...uses, ...this.uses]);
      this.logger.debug(`cannot store when keys were used last: ${errorMessage(error)}`);
    }
  }
}
