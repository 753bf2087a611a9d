import { ApiExtraModels, ApiProperty, getSchemaPath } from '@nestjs/swagger';
import { Problem, ProblemFieldDto } from '@app/common';
import { type FieldError, MAX_ERRORS, MAX_NAME_LENGTH } from '@app/features';
import { DecisionDto } from './decision.dto.js';

/** Of one transaction; what is wrong beyond that is fixed alike. */
const ERRORS_PER_TRANSACTION = 10;

export class BatchErrorDto {
  /** @example "invalid_body" */
  code!: string;
  /**
   * What is wrong, and the fix.
   * @example "V7: is required"
   */
  detail!: string;
  /** Each wrong field; the first ten. */
  errors!: ProblemFieldDto[];
}

/** Takes the place of the decision on a transaction that could not be scored. */
export class RefusedTransactionDto {
  /**
   * Its place in the list, from 0.
   * @example 3
   */
  index!: number;
  error!: BatchErrorDto;
}

@ApiExtraModels(DecisionDto, RefusedTransactionDto)
export class BatchDto {
  /**
   * How many were scored.
   * @example 2
   */
  scored!: number;
  /**
   * How many were refused.
   * @example 0
   */
  refused!: number;
  /** In the order of the transactions: the decision, or `{"index", "error"}` for one that does not fit. */
  @ApiProperty({
    type: 'array',
    items: { oneOf: [{ $ref: getSchemaPath(DecisionDto) }, { $ref: getSchemaPath(RefusedTransactionDto) }] },
  })
  results!: (DecisionDto | RefusedTransactionDto)[];
}

/** By hand: to turn ten thousand transactions into class instances first would take longer than to score them. */
export function transactionsOf(body: unknown): readonly unknown[] {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw Problem.invalid([{ path: '', message: 'must be an object: {"transactions": [...]}' }]);
  }
  const unknown = Object.keys(body).filter((name) => name !== 'transactions');
  if (unknown.length > 0) {
    throw Problem.invalid(
      unknown.slice(0, MAX_ERRORS).map((name) => ({
        path: name.slice(0, MAX_NAME_LENGTH),
        message: 'is not known here; leave it out',
      })),
    );
  }
  if (!('transactions' in body)) throw Problem.invalid([{ path: 'transactions', message: 'is required' }]);
  const { transactions } = body;
  if (!Array.isArray(transactions)) {
    throw Problem.invalid([{ path: 'transactions', message: 'must be a list of transactions' }]);
  }
  return transactions;
}

export function toRefused(index: number, errors: readonly FieldError[]): RefusedTransactionDto {
  const { code, message } = Problem.invalid(errors);
  return {
    index,
    error: { code, detail: message, errors: errors.slice(0, ERRORS_PER_TRANSACTION).map((e) => ({ ...e })) },
  };
}
