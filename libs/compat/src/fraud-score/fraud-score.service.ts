import { Injectable } from '@nestjs/common';
import type { Principal } from '@app/auth';
import { Config } from '@app/config';
import { CatalogueService, Champions } from '@app/model-registry';
import { ScoringService } from '@app/scoring';
import { CREDIT_CARD } from '../built-in.js';
import { listOf } from '../list-of.js';
import { type FraudScoreDto, toFraudScore } from './fraud-score.dto.js';
import { type ModelInfoDto, toModelInfo } from './model-info.dto.js';

/** The card scoring service's answers. */
@Injectable()
export class FraudScoreService {
  constructor(
    private readonly scoring: ScoringService,
    private readonly champions: Champions,
    private readonly catalogue: CatalogueService,
    private readonly config: Config,
  ) {}

  async score(transaction: unknown, principal: Principal, ood: boolean): Promise<FraudScoreDto> {
    const { version, record } = await this.scoring.score(CREDIT_CARD, transaction, principal);
    const answer = toFraudScore(record, version.version);
    return ood ? { ...answer, ood_warning: record.warnings.length > 0 } : answer;
  }

  /** In order; one that does not fit refuses them all. */
  async scoreBatch(transactions: unknown, principal: Principal): Promise<FraudScoreDto[]> {
    const { version, records } = await this.scoring.scoreAll(CREDIT_CARD, listOf(transactions), principal);
    return records.map((record) => toFraudScore(record, version.version));
  }

  /** @throws Problem 503 without a champion */
  async modelInfo(): Promise<ModelInfoDto> {
    const { version } = this.champions.find(CREDIT_CARD) ?? (await this.champions.untilLoaded(CREDIT_CARD));
    return toModelInfo(CREDIT_CARD, await this.catalogue.getVersion(CREDIT_CARD, version), this.config.fraudThreshold);
  }
}
