import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { errorText } from '@app/common';
import { DataSource } from 'typeorm';

const MONTHS_AHEAD = 3;
const CHECK_MILLISECONDS = 12 * 3_600 * 1_000;

/** Keeps the monthly partitions of the decision log made ahead, so that no insert ever waits for one. */
@Injectable()
export class DecisionPartitions implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(DecisionPartitions.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  async onModuleInit(): Promise<void> {
    this.timer = setInterval(() => void this.makeAhead(), CHECK_MILLISECONDS).unref();
    await this.makeAhead();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  private async makeAhead(): Promise<void> {
    try {
      await this.dataSource.query('SELECT create_decision_partitions($1)', [MONTHS_AHEAD]);
    } catch (error) {
      this.logger.error('cannot make the coming partitions of the decision log', errorText(error));
    }
  }
}
