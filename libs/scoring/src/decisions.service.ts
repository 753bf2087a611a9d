import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Principal } from '@app/auth';
import { type Transaction, TRANSACTION_ID } from '@app/features';
import { Repository, type SelectQueryBuilder } from 'typeorm';
import { DecisionRow } from './decision.entity.js';
import { toDecision } from './decision-json.js';
import { type IdRange, rangesBack } from './decision-ranges.js';
import { type BatchDto, toRefused, transactionsOf } from './dto/batch.dto.js';
import type { DecisionDto, StoredDecisionDto } from './dto/decision.dto.js';
import type { DecisionListDto, DecisionListQueryDto } from './dto/decision-list.dto.js';
import { idsOnTransaction } from './prepared-look-up.js';
import { noDecision } from './problems.js';
import { ScoringService } from './scoring.service.js';

/** Decisions as clients see them. */
@Injectable()
export class DecisionsService {
  private oldestStarts: number | null = null;

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
    const row = await this.query().where('decision.id = :id', { id }).getOne();
    if (!row) throw noDecision(id);
    return toStored(row);
  }

  /** Newest first, page by page. */
  async list({ transaction_id, before, limit }: DecisionListQueryDto): Promise<DecisionListDto> {
    const rows: DecisionRow[] = [];
    for await (const range of rangesBack(before ?? null, transaction_id === undefined, () => this.oldest())) {
      // One more than asked for tells whether there is another page.
      rows.push(...(await this.newest(range, transaction_id, limit + 1 - rows.length)));
      if (rows.length > limit) break;
    }
    const page = rows.slice(0, limit);
    return { decisions: page.map(toStored), next: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
  }

  private async newest(
    { from, to }: IdRange,
    transactionId: string | undefined,
    limit: number,
  ): Promise<DecisionRow[]> {
    const query = this.query().orderBy('decision.id', 'DESC').limit(limit);
    if (transactionId !== undefined && from === null && to === null) {
      const ids = await idsOnTransaction(this.decisions.manager.dataSource, transactionId, limit);
      return ids.length === 0 ? [] : query.where('decision.id IN (:...ids)', { ids }).getMany();
    }
    if (transactionId !== undefined) query.andWhere('decision.transaction_id = :transactionId', { transactionId });
    if (from !== null) query.andWhere('decision.id >= :from', { from });
    if (to !== null) query.andWhere('decision.id < :to', { to });
    return query.getMany();
  }

  /** With the little that is shown of model and version: a version's statistics and metrics are long. */
  private query(): SelectQueryBuilder<DecisionRow> {
    return this.decisions
      .createQueryBuilder('decision')
      .innerJoin('decision.model', 'model')
      .innerJoin('decision.version', 'version')
      .addSelect(['model.id', 'model.name', 'version.id', 'version.version']);
  }

  /** When the oldest partition begins, in milliseconds. Asked once: those that are dropped later do no harm. */
  private async oldest(): Promise<number> {
    if (this.oldestStarts !== null) return this.oldestStarts;
    const [row] = await this.decisions.query<[{ starts: Date | null }]>(
      'SELECT min(starts) AS starts FROM decision_partitions()',
    );
    return (this.oldestStarts = row.starts?.getTime() ?? Date.now());
  }
}

function toStored(row: DecisionRow): StoredDecisionDto {
  if (!row.model || !row.version) throw new Error('a decision was read without its model and version');
  const inputs = row.sent ?? row.inputs;
  const record = { ...row, decidedAt: row.decidedAt.getTime(), transactionId: sentTransactionId(inputs) };
  return { ...toDecision(record, row.model.name, row.version.version), inputs, decided_at: row.decidedAt };
}

/** As it was sent: the column keeps a number as text. */
function sentTransactionId(transaction: Transaction): string | number | null {
  const id = transaction[TRANSACTION_ID];
  return typeof id === 'string' || typeof id === 'number' ? id : null;
}
