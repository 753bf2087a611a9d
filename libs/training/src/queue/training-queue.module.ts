import { BullModule } from '@nestjs/bull';
import { Module } from '@nestjs/common';
import { Config } from '@app/config';
import { TRAINING_QUEUE, TrainingQueue } from './training-queue.js';

/** The Bull queue that carries the ids of training jobs from any process to one worker. */
@Module({
  imports: [
    BullModule.registerQueueAsync({
      name: TRAINING_QUEUE,
      inject: [Config],
      useFactory: (config: Config) => ({
        url: config.redisUrl ?? '',
        prefix: 'fraud-scoring',
        // A worker that dies is noticed by its lock running out; a live one renews it every five seconds.
        settings: { lockDuration: 10_000, stalledInterval: 2_000, maxStalledCount: 10 },
        defaultJobOptions: { attempts: 1, removeOnComplete: true, removeOnFail: true },
      }),
    }),
  ],
  providers: [TrainingQueue],
  exports: [TrainingQueue],
})
export class TrainingQueueModule {}
