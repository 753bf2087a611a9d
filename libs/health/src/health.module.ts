import { Module } from '@nestjs/common';
import { ServingModule } from '@app/model-registry';
import { TrainingQueueModule } from '@app/training';
import { Draining } from './draining.js';
import { HealthController } from './health.controller.js';
import { HealthService } from './health.service.js';

@Module({
  imports: [ServingModule, TrainingQueueModule],
  controllers: [HealthController],
  providers: [Draining, HealthService],
  exports: [Draining, HealthService],
})
export class HealthModule {}
