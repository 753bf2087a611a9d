import { BullModule } from '@nestjs/bull';
import { Module } from '@nestjs/common';
import { Config } from '@app/config';
import { queueOptions } from './queue-options.js';
import { TRAINING_QUEUE, TrainingQueue } from './training-queue.js';

/** The Bull queue that carries the ids of training jobs from any process to one worker. */
@Module({
  imports: [
    BullModule.registerQueueAsync({
      name: TRAINING_QUEUE,
      inject: [Config],
      useFactory: (config: Config) => queueOptions(config.redisUrl ?? ''),
    }),
  ],
  providers: [TrainingQueue],
  exports: [TrainingQueue],
})
export class TrainingQueueModule {}
