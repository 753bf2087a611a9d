import { type DynamicModule, Module } from '@nestjs/common';
import { type Config, ConfigModule } from '@app/config';
import { DatabaseModule } from '@app/database';
import { TrainingWorkerModule } from '@app/training';

/** Trains: takes jobs from the queue, one at a time. */
@Module({})
export class WorkerModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: WorkerModule,
      imports: [ConfigModule.forRoot(config), DatabaseModule.forRoot('fraud-scoring worker'), TrainingWorkerModule],
    };
  }
}
