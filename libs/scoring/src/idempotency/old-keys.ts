import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { errorText } from '@app/common';
import { DataSource } from 'typeorm';
import { DELETE_OLD_KEYS } from './statements.js';

const CHECK_MILLISECONDS = 3_600 * 1_000;
/** By blocks, so that none is a long transaction. */
const ROWS_PER_DELETE = 5_000;

/** Deletes keys that stand for nothing any more, at the start and every hour. Every process may do so at once. */
@Injectable()
export class OldKeys implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(OldKeys.name);
  private timer: NodeJS.Timeout | undefined;
  private ending = false;

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  onModuleInit(): void {
    this.timer = setInterval(() => void this.delete(), CHECK_MILLISECONDS).unref();
    // Nobody waits for this at the start.
    void this.delete();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
    this.ending = true;
  }

  private async delete(): Promise<void> {
    try {
      let deleted = ROWS_PER_DELETE;
      while (deleted === ROWS_PER_DELETE && !this.ending) {
        [, deleted] = await this.dataSource.query<[unknown, number]>(DELETE_OLD_KEYS, [ROWS_PER_DELETE]);
      }
    } catch (error) {
      if (!this.ending)
        this.logger.error('cannot delete old idempotency keys; the next try is in an hour', errorText(error));
    }
  }
}
