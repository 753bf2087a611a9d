import { ApiProperty } from '@nestjs/swagger';

export class CustomerFraudDto {
  /**
   * As it was sent.
   * @example 4711
   */
  @ApiProperty({ oneOf: [{ type: 'string' }, { type: 'number' }] })
  customer_id!: string | number;
  /**
   * 0 to 1.
   * @example 0.0312
   */
  fraud_probability!: number;
}
