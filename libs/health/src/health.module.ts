import { Module } from '@nestjs/common';
import { ServingModule } from '@app/model-registry';
import { TrainingQueueModule } from '@app/training';
import { HealthController } from './health.controller.js';
import { HealthService } from './health.service.js';

@Module({
  imports: [ServingModule, TrainingQueueModule],
  controllers: [HealthController],
  providers: [HealthService],
  exports: [HealthService],
})
export class HealthModule {}
