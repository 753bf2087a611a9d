import { Injectable, type StreamableFile } from '@nestjs/common';
import type { Principal } from '@app/auth';
import { ScoringService } from '@app/scoring';
import { CREDIT_ACCOUNT } from '../built-in.js';
import { textAnswer } from '../text-answer.js';
import { customersOf, fraudProbabilities } from './customers.js';

/** The credit account service's answers. */
@Injectable()
export class CreditAccountService {
  constructor(private readonly scoring: ScoringService) {}

  /** In the order of the customers. One that does not fit refuses them all. */
  async detect(body: unknown, principal: Principal): Promise<StreamableFile> {
    const customers = customersOf(body);
    const transactions = customers.map(({ transaction }) => transaction);
    const { records } = await this.scoring.scoreAll(CREDIT_ACCOUNT, transactions, principal);
    const probabilities = records.map(({ probability }) => probability);
    return textAnswer(fraudProbabilities(customers, probabilities));
  }
}
