import { Injectable } from '@nestjs/common';
import type { Principal } from '@app/auth';
import { type DecisionRecord, ScoringService } from '@app/scoring';
import { CREDIT_CARD } from '../built-in.js';
import { listOf } from '../list-of.js';
import type { FraudScoreDto } from './fraud-score.dto.js';

/** The card scoring service's answers. */
@Injectable()
export class FraudScoreService {
  constructor(private readonly scoring: ScoringService) {}

  async score(transaction: unknown, principal: Principal): Promise<FraudScoreDto> {
    const { version, record } = await this.scoring.score(CREDIT_CARD, transaction, principal);
    return toFraudScore(record, version.version);
  }

  /** In order; one that does not fit refuses them all. */
  async scoreBatch(transactions: unknown, principal: Principal): Promise<FraudScoreDto[]> {
    const { version, records } = await this.scoring.scoreAll(CREDIT_CARD, listOf(transactions), principal);
    return records.map((record) => toFraudScore(record, version.version));
  }
}

function toFraudScore({ score, isFraud }: DecisionRecord, version: number): FraudScoreDto {
  return { 'fraud-score': score, 'is-fraud': isFraud, 'model-version': String(version) };
}
