import { Injectable } from '@nestjs/common';
import type { Principal } from '@app/auth';
import { ScoringService } from '@app/scoring';
import type { FraudScoreDto } from './fraud-score.dto.js';

/** The model behind the credit-card routes. */
export const CREDIT_CARD = 'credit-card';

@Injectable()
export class FraudScoreService {
  constructor(private readonly scoring: ScoringService) {}

  async score(transaction: unknown, principal: Principal): Promise<FraudScoreDto> {
    const { version, record } = await this.scoring.score(CREDIT_CARD, transaction, principal);
    return {
      'fraud-score': record.score,
      'is-fraud': record.isFraud,
      'model-version': String(version.version),
    };
  }
}
