import { Optional } from '@app/common';
import { MAX_NAME_LENGTH } from '@app/features';
import { Type } from 'class-transformer';
import { IsInt, IsUUID, Matches, Max, Min } from 'class-validator';
import { StoredDecisionDto } from './decision.dto.js';

export const DECISION_ID_RULE = 'must be the id of a decision';

/** What PostgreSQL can look for. */
const SEARCHABLE = new RegExp(`^[^\\0\\p{Cs}]{1,${MAX_NAME_LENGTH}}$`, 'u');

export class DecisionListQueryDto {
  /** Only the decisions on the transaction with this id of yours. */
  @Optional()
  @Matches(SEARCHABLE, { message: `must be 1 to ${MAX_NAME_LENGTH} characters of valid Unicode` })
  transaction_id?: string;

  /** Only decisions older than the one with this id: the `next` of the page before. */
  @Optional()
  @IsUUID(undefined, { message: DECISION_ID_RULE })
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
