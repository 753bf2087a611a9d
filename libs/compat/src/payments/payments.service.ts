import { Injectable, type StreamableFile } from '@nestjs/common';
import type { Principal } from '@app/auth';
import { Problem } from '@app/common';
import { isTransaction } from '@app/features';
import { CatalogueService, Champions } from '@app/model-registry';
import { ScoringService } from '@app/scoring';
import { noTraining, TrainingService } from '@app/training';
import { PAYMENTS } from '../built-in.js';
import { textAnswer } from '../text-answer.js';
import {
  healthyJson,
  type PaymentsTrainingIdDto,
  type PaymentsTrainingStatusDto,
  isWholeDay,
  type PredictionsDto,
  toOldStatus,
  toPredictions,
} from './payments.dto.js';

/** The payments service's answers. */
@Injectable()
export class PaymentsService {
  constructor(
    private readonly scoring: ScoringService,
    private readonly training: TrainingService,
    private readonly champions: Champions,
    private readonly catalogue: CatalogueService,
  ) {}

  async train(dataset: string, principal: Principal): Promise<PaymentsTrainingIdDto> {
    const { id } = await this.training.request(PAYMENTS, { dataset }, principal);
    return { id };
  }

  /** @throws Problem 404, also for a training of another model */
  async trainingStatus(id: number): Promise<PaymentsTrainingStatusDto> {
    const { model, status } = await this.training.get(id);
    if (model !== PAYMENTS) throw noTraining(id);
    return { status: toOldStatus(status) };
  }

  async predict(transaction: unknown, principal: Principal): Promise<PredictionsDto> {
    assertWholeDay(transaction);
    const { record } = await this.scoring.score(PAYMENTS, transaction, principal);
    return toPredictions(record);
  }

  /** @throws Problem 503 without a champion */
  async healthy(): Promise<StreamableFile> {
    const { version } = this.champions.find(PAYMENTS) ?? (await this.champions.untilLoaded(PAYMENTS));
    const { metrics } = await this.catalogue.getVersion(PAYMENTS, version);
    return textAnswer(healthyJson(PAYMENTS, metrics));
  }
}

function assertWholeDay(transaction: unknown): void {
  if (!isTransaction(transaction) || isWholeDay(transaction)) return;
  throw Problem.invalid([
    { path: 'day_of_month', message: `must be a whole number, got ${String(transaction['day_of_month'])}` },
  ]);
}
