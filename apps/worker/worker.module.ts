import { type DynamicModule, Module } from '@nestjs/common';
import { type Config, ConfigModule } from '@app/config';
import { DatabaseModule } from '@app/database';
import { type Metrics, MetricsModule } from '@app/metrics';
import { TrainingWorkerModule } from '@app/training';

/** Trains: takes jobs from the queue, one at a time. */
@Module({})
export class WorkerModule {
  static forRoot(config: Config, metrics: Metrics): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        ConfigModule.forRoot(config),
        MetricsModule.forRoot('fraud-scoring-worker', metrics),
        DatabaseModule.forRoot('fraud-scoring worker'),
        TrainingWorkerModule,
      ],
    };
  }
}
