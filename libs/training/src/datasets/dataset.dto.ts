import type { Dataset } from './dataset.entity.js';

export class DatasetDto {
  /**
   * Names the file in a training request.
   * @example "019a0f5e-9d2b-7c61-8a55-1f0e3f6f3b7a"
   */
  id!: string;
  /** Of the file's bytes, in hex. The same bytes sent again are the same data set. */
  sha256!: string;
  /** @example 150828752 */
  bytes!: number;
  /**
   * The upload's file name, or the link.
   * @example "creditcard.csv"
   */
  source!: string;
  /** Whether it was declared to be simulated. */
  simulated!: boolean;
  created_at!: Date;
}

export function toDatasetDto({ id, sha256, bytes, source, simulated, createdAt }: Dataset): DatasetDto {
  return { id, sha256, bytes, source, simulated, created_at: createdAt };
}
