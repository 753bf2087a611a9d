import { type DynamicModule, Module } from '@nestjs/common';
import { AuthModule } from '@app/auth';
import { CompatModule } from '@app/compat';
import { type Config, ConfigModule } from '@app/config';
import { DatabaseModule } from '@app/database';
import { HealthModule } from '@app/health';
import { RateLimitModule } from '@app/rate-limit';
import { ScoringModule } from '@app/scoring';
import { TrainingModule } from '@app/training';

/** Serves: everything that answers HTTP. */
@Module({})
export class ApiModule {
  static forRoot(config: Config): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        ConfigModule.forRoot(config),
        DatabaseModule.forRoot('fraud-scoring api'),
        AuthModule,
        RateLimitModule,
        HealthModule,
        ScoringModule,
        TrainingModule,
        CompatModule,
      ],
    };
  }
}
