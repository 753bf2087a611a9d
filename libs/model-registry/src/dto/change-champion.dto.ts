import { IsInt, Matches, Max, Min } from 'class-validator';

const MAX_VERSION = 2_147_483_647;
/** No half of a surrogate pair either: PostgreSQL stores none. */
export const REASON = /^[^\p{Cc}\p{Cs}]{1,1000}$/u;
export const REASON_RULE = 'must be 1 to 1,000 characters, none of them a control character';

export class RollbackDto {
  /**
   * Why; it stands in the ledger. 1 to 1,000 characters.
   * @example "Version 2 blocks too many of the new market's customers"
   */
  @Matches(REASON, { message: REASON_RULE })
  reason!: string;
}

export class PromoteDto {
  /**
   * The version that shall decide.
   * @example 1
   */
  @IsInt()
  @Min(1)
  @Max(MAX_VERSION)
  version!: number;

  /**
   * Why; it stands in the ledger. 1 to 1,000 characters.
   * @example "Agreed on in the risk meeting of 3 March"
   */
  @Matches(REASON, { message: REASON_RULE })
  reason!: string;
}
