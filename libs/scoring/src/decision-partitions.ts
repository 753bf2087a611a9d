import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { errorText } from '@app/common';
import { Config } from '@app/config';
import { DataSource } from 'typeorm';
import { dropOldDecisions } from './decision-retention.js';

const WEEKS_AHEAD = 8;
const CHECK_MILLISECONDS = 3_600 * 1_000;

/** Keeps the weekly partitions of the decision log made ahead, so that no insert ever waits for one, and drops old ones. */
@Injectable()
export class DecisionPartitions implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(DecisionPartitions.name);
  private readonly ending = new AbortController();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly config: Config,
  ) {}

  async onModuleInit(): Promise<void> {
    this.timer = setInterval(() => void this.keep(), CHECK_MILLISECONDS).unref();
    await this.makeAhead();
    // Nobody waits for this at the start.
    void this.dropOld();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
    this.ending.abort();
  }

  private async keep(): Promise<void> {
    await this.makeAhead();
    await this.dropOld();
  }

  private async makeAhead(): Promise<void> {
    try {
      await this.dataSource.query('SELECT create_decision_partitions($1)', [WEEKS_AHEAD]);
    } catch (error) {
      this.logger.error('cannot make the coming partitions of the decision log', errorText(error));
    }
  }

  private async dropOld(): Promise<void> {
    const days = this.config.decisionRetentionDays;
    if (days === null) return;
    const say = (what: string): void => {
      this.logger.log(`${what}: older than ${days} days`);
    };
    try {
      await dropOldDecisions(this.dataSource, { days, say, signal: this.ending.signal });
    } catch (error) {
      if (this.ending.signal.aborted) return;
      this.logger.error('cannot drop old decisions; the next try is in an hour', errorText(error));
    }
  }
}
