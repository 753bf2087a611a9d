import { Optional } from '@app/common';
import { Transform, type TransformFnParams } from 'class-transformer';
import { IsBoolean } from 'class-validator';

export class ScoreQueryDto {
  /** Adds the features that moved the score most, as `reasons`. Costs about a millisecond. */
  @Optional()
  @Transform(({ value }: TransformFnParams): unknown => (value === 'true' ? true : value === 'false' ? false : value))
  @IsBoolean({ message: 'must be true or false' })
  explain: boolean = false;
}
