import { Module } from '@nestjs/common';
import { ScoringModule } from '@app/scoring';
import { FraudScoreController } from './fraud-score/fraud-score.controller.js';
import { FraudScoreService } from './fraud-score/fraud-score.service.js';

/** The routes of other systems, each over the same services as the native ones. */
@Module({
  imports: [ScoringModule],
  controllers: [FraudScoreController],
  providers: [FraudScoreService],
})
export class CompatModule {}
