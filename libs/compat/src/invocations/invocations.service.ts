import { Injectable, type StreamableFile } from '@nestjs/common';
import type { Principal } from '@app/auth';
import { ScoringService } from '@app/scoring';
import { CREDIT_CARD } from '../built-in.js';
import { textAnswer } from '../text-answer.js';
import { readInvocation } from './read-invocation.js';

/** Card transactions in the forms of model servers. */
@Injectable()
export class InvocationsService {
  constructor(private readonly scoring: ScoringService) {}

  /** In the form of the request. One transaction that does not fit refuses them all. */
  async score(body: unknown, accept: string | undefined, principal: Principal): Promise<StreamableFile> {
    const { transactions, pathOf, answer } = await readInvocation(body, accept);
    const { records } = await this.scoring.scoreAll(CREDIT_CARD, transactions, principal, pathOf);
    const { type, text } = answer(records.map(({ isFraud }) => isFraud));
    return textAnswer(text, type);
  }
}
