import { Module } from '@nestjs/common';
import { HealthModule } from '@app/health';
import { ServingModule } from '@app/model-registry';
import { ScoringModule } from '@app/scoring';
import { TrainingModule } from '@app/training';
import { CreditAccountController } from './credit-account/credit-account.controller.js';
import { CreditAccountService } from './credit-account/credit-account.service.js';
import { FraudScoreController } from './fraud-score/fraud-score.controller.js';
import { FraudScoreService } from './fraud-score/fraud-score.service.js';
import { InvocationsController } from './invocations/invocations.controller.js';
import { InvocationsService } from './invocations/invocations.service.js';
import { OpenInferenceController } from './open-inference/open-inference.controller.js';
import { OpenInferenceService } from './open-inference/open-inference.service.js';
import { PaymentsController } from './payments/payments.controller.js';
import { PaymentsService } from './payments/payments.service.js';

/** The routes of other systems, each over the same services as the native ones. */
@Module({
  imports: [HealthModule, ScoringModule, ServingModule, TrainingModule],
  controllers: [
    FraudScoreController,
    InvocationsController,
    PaymentsController,
    CreditAccountController,
    OpenInferenceController,
  ],
  providers: [FraudScoreService, InvocationsService, PaymentsService, CreditAccountService, OpenInferenceService],
})
export class CompatModule {}
