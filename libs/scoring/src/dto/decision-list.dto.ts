import { Optional } from '@app/common';
import { Type } from 'class-transformer';
import { IsInt, IsUUID, Matches, Max, Min } from 'class-validator';
import { StoredDecisionDto } from './decision.dto.js';

/** What PostgreSQL can look for. */
const TRANSACTION_ID = /^[^\0\p{Cs}]{1,128}$/u;

export class DecisionListQueryDto {
  /**
   * Only the decisions on the transaction with this id of yours.
   * @example "order-4711"
   */
  @Optional()
  @Matches(TRANSACTION_ID, { message: 'must be 1 to 128 characters of valid Unicode' })
  transaction_id?: string;

  /** Only decisions older than the one with this id: the `next` of the page before. */
  @Optional()
  @IsUUID(undefined, { message: 'must be the id of a decision' })
  before?: string;

  /** So many at most, 1 to 500. */
  @Optional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(500)
  limit: number = 100;
}

export class DecisionListDto {
  /** Newest first. */
  decisions!: StoredDecisionDto[];
  /** Send it as `before` to get the next page; null: this was the last one. */
  next!: string | null;
}
