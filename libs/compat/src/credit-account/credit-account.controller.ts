import { Body, Controller, HttpCode, Post, type StreamableFile } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentPrincipal, type Principal } from '@app/auth';
import { AcceptBody, ApiProblems, Problem } from '@app/common';
import { championAway } from '@app/model-registry';
import { Idempotent } from '@app/scoring';
import { exampleTransaction } from '@app/simulator';
import { CREDIT_ACCOUNT } from '../built-in.js';
import { listSchema, NO_CHAMPION } from '../built-in.openapi.js';
import { CustomerFraudDto } from './credit-account.dto.js';
import { CreditAccountService } from './credit-account.service.js';

/** The contract of the credit account service. */
@ApiTags('compatibility')
@Controller()
export class CreditAccountController {
  constructor(private readonly creditAccount: CreditAccountService) {}

  @Post('fraud_detection')
  @HttpCode(200)
  @Authenticated('score')
  @Idempotent()
  @AcceptBody({ maxMebibytes: 16 })
  @ApiOperation({
    summary: 'Fraud probabilities of up to 10,000 customers',
    description: 'Answers in their order, each with its `customer_id`.',
  })
  @ApiBody({
    schema: { ...customersSchema(), example: [{ customer_id: 4711, ...exampleTransaction(CREDIT_ACCOUNT) }] },
  })
  @ApiOkResponse({ type: [CustomerFraudDto] })
  @ApiProblems({
    422: [
      'The body is no list, or a customer does not fit: `errors` names index and field, like `3.total_balance`.',
      Problem.invalid([{ path: '3.total_balance', message: 'is required' }]),
    ],
    503: [NO_CHAMPION, ...championAway(CREDIT_ACCOUNT)],
  })
  detect(@Body() customers: unknown, @CurrentPrincipal() principal: Principal): Promise<StreamableFile> {
    return this.creditAccount.detect(customers, principal);
  }
}

function customersSchema(): object {
  const { items, ...list } = listSchema(CREDIT_ACCOUNT);
  const { required, properties } = items;
  const customerId = { oneOf: [{ type: 'string' }, { type: 'number' }], description: 'Comes back with the answer.' };
  return {
    ...list,
    items: { ...items, required: ['customer_id', ...required], properties: { customer_id: customerId, ...properties } },
  };
}
