import { Flag } from '@app/common';

export class FraudScoreQueryDto {
  /** Adds `ood_warning`: whether the transaction is unlike what the version was trained on. */
  @Flag()
  ood: boolean = false;
}
