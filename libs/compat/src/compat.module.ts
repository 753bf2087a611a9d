import { Module } from '@nestjs/common';
import { ServingModule } from '@app/model-registry';
import { ScoringModule } from '@app/scoring';
import { FraudScoreController } from './fraud-score/fraud-score.controller.js';
import { FraudScoreService } from './fraud-score/fraud-score.service.js';
import { InvocationsController } from './invocations/invocations.controller.js';
import { InvocationsService } from './invocations/invocations.service.js';

/** The routes of other systems, each over the same services as the native ones. */
@Module({
  imports: [ScoringModule, ServingModule],
  controllers: [FraudScoreController, InvocationsController],
  providers: [FraudScoreService, InvocationsService],
})
export class CompatModule {}
