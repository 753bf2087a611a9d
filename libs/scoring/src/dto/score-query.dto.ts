import { Flag } from '@app/common';

export class ScoreQueryDto {
  /** Adds the features that moved the score most, as `reasons`. Costs about a millisecond. */
  @Flag()
  explain: boolean = false;
}
