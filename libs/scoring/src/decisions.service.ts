import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Principal } from '@app/auth';
import { TRANSACTION_ID } from '@app/features';
import { Repository } from 'typeorm';
import { DecisionRow } from './decision.entity.js';
import { toDecision } from './decision-json.js';
import { type BatchDto, toRefused, transactionsOf } from './dto/batch.dto.js';
import type { DecisionDto, StoredDecisionDto } from './dto/decision.dto.js';
import type { DecisionListDto, DecisionListQueryDto } from './dto/decision-list.dto.js';
import { noDecision } from './problems.js';
import { ScoringService } from './scoring.service.js';

/** Decisions as clients see them. */
@Injectable()
export class DecisionsService {
  constructor(
    private readonly scoring: ScoringService,
    @InjectRepository(DecisionRow) private readonly decisions: Repository<DecisionRow>,
  ) {}

  async score(modelName: string, transaction: unknown, principal: Principal, explain: boolean): Promise<DecisionDto> {
    const { version, record } = await this.scoring.score(modelName, transaction, principal, explain);
    return toDecision(record, modelName, version.version);
  }

  async scoreBatch(modelName: string, body: unknown, principal: Principal): Promise<BatchDto> {
    const { version, outcomes } = await this.scoring.scoreEach(modelName, transactionsOf(body), principal);
    const results = outcomes.map((outcome, index) =>
      'record' in outcome ? toDecision(outcome.record, modelName, version.version) : toRefused(index, outcome.errors),
    );
    const scored = outcomes.filter((outcome) => 'record' in outcome).length;
    return { scored, refused: outcomes.length - scored, results };
  }

  /** @throws Problem 404 */
  async get(id: string): Promise<StoredDecisionDto> {
    const row = await this.decisions.findOne({ where: { id }, relations: { model: true, version: true } });
    if (!row) throw noDecision(id);
    return toStored(row);
  }

  /** Newest first, page by page. */
  async list({ transaction_id, before, limit }: DecisionListQueryDto): Promise<DecisionListDto> {
    const query = this.decisions
      .createQueryBuilder('decision')
      .innerJoinAndSelect('decision.model', 'model')
      .innerJoinAndSelect('decision.version', 'version')
      .orderBy('decision.id', 'DESC')
      // One more than asked for tells whether there is another page.
      .limit(limit + 1);
    if (transaction_id !== undefined) query.andWhere('decision.transaction_id = :transaction_id', { transaction_id });
    if (before !== undefined) query.andWhere('decision.id < :before', { before });
    const rows = await query.getMany();
    const page = rows.slice(0, limit);
    return { decisions: page.map(toStored), next: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
  }
}

function toStored(row: DecisionRow): StoredDecisionDto {
  if (!row.model || !row.version) throw new Error('a decision was read without its model and version');
  const record = { ...row, decidedAt: row.decidedAt.getTime(), transactionId: sentTransactionId(row) };
  return { ...toDecision(record, row.model.name, row.version.version), inputs: row.inputs, decided_at: row.decidedAt };
}

/** As it was sent: the column keeps a number as text. */
function sentTransactionId({ inputs }: DecisionRow): string | number | null {
  const id = inputs[TRANSACTION_ID];
  return typeof id === 'string' || typeof id === 'number' ? id : null;
}
