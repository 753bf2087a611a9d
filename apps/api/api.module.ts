import { type DynamicModule, Module } from '@nestjs/common';
import { AuthModule } from '@app/auth';
import { CompatModule } from '@app/compat';
import { type Config, ConfigModule } from '@app/config';
import { DatabaseModule } from '@app/database';
import { HealthModule } from '@app/health';
import { type Metrics, MetricsModule } from '@app/metrics';
import { RateLimitModule } from '@app/rate-limit';
import { ScoringModule } from '@app/scoring';
import { TrainingModule } from '@app/training';
import { MetricsController } from './metrics.controller.js';

/** Serves: everything that answers HTTP. */
@Module({})
export class ApiModule {
  static forRoot(config: Config, metrics: Metrics): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        ConfigModule.forRoot(config),
        MetricsModule.forRoot('fraud-scoring-api', metrics),
        DatabaseModule.forRoot('fraud-scoring api'),
        AuthModule,
        RateLimitModule,
        HealthModule,
        ScoringModule,
        TrainingModule,
        CompatModule,
      ],
      controllers: [MetricsController],
    };
  }
}
