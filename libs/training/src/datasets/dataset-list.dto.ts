import { Optional } from '@app/common';
import { MAX_NAME_LENGTH } from '@app/features';
import { Type } from 'class-transformer';
import { IsInt, IsUUID, Matches, Max, Min } from 'class-validator';
import { DatasetProfileDto } from '../profiles/dataset-profile.dto.js';
import { DatasetDto } from './dataset.dto.js';

export const DATASET_ID_RULE = 'must be the id of a data set';

/** What PostgreSQL can look for. */
const SEARCHABLE = new RegExp(`^[^\\0\\p{Cs}]{1,${MAX_NAME_LENGTH}}$`, 'u');

export class DatasetListQueryDto {
  /** Only data sets older than the one with this id: the `next` of the page before. */
  @Optional()
  @IsUUID(undefined, { message: DATASET_ID_RULE })
  before?: string;

  /** So many at most, 1 to 500. */
  @Optional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(500)
  limit: number = 100;
}

export class DatasetListDto {
  /** Newest first. */
  datasets!: DatasetDto[];
  /** Send it as `before` to get the next page; null: this was the last one. */
  next!: string | null;
}

export class DatasetQueryDto {
  /** The model to look at the data set for. Left out: the one whose columns it has. */
  @Optional()
  @Matches(SEARCHABLE, { message: `must be 1 to ${MAX_NAME_LENGTH} characters of valid Unicode` })
  model?: string;
}

export type ProfileStatus = 'pending' | 'ready' | 'error';

export class ProfileErrorDto {
  /**
   * A stable word: why a training could not read the file for this model, either; or `no_model_fits`,
   * `several_models_fit`.
   * @example "not_a_number"
   */
  code!: string;
  /** What is wrong, and the fix. */
  message!: string;
}

export class DatasetDetailsDto extends DatasetDto {
  /** The model that the profile is for; null until one is found. */
  model!: string | null;
  /** `pending` until a worker has read the file. */
  profile_status!: ProfileStatus;
  /** What the file holds, once it is `ready`. */
  profile!: DatasetProfileDto | null;
  /** Why there is none, once it is `error`. */
  profile_error!: ProfileErrorDto | null;
}
