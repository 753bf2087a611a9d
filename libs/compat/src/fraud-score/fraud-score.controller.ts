import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentPrincipal, type Principal } from '@app/auth';
import { ApiProblems } from '@app/common';
import { BUILT_IN_MODELS, transactionSchema } from '@app/features';
import { exampleTransaction } from '@app/simulator';
import { FraudScoreDto } from './fraud-score.dto.js';
import { CREDIT_CARD, FraudScoreService } from './fraud-score.service.js';

/** The contract of the credit-card scoring service that this one replaces. */
@ApiTags('compatibility')
@Controller('v1')
export class FraudScoreController {
  constructor(private readonly fraudScore: FraudScoreService) {}

  @Post('fraud-score')
  @HttpCode(200)
  @Authenticated('score')
  @ApiOperation({ summary: 'Score one card transaction', description: 'All thirty numbers are required.' })
  @ApiBody({ schema: { ...creditCardSchema(), example: exampleTransaction(CREDIT_CARD) } })
  @ApiProblems({
    422: 'The transaction does not fit: `errors` names each field and the fix.',
    503: 'There is no champion yet, or the database is away; `Retry-After` says when to try again.',
  })
  score(@Body() transaction: unknown, @CurrentPrincipal() principal: Principal): Promise<FraudScoreDto> {
    return this.fraudScore.score(transaction, principal);
  }
}

function creditCardSchema(): ReturnType<typeof transactionSchema> {
  const definition = BUILT_IN_MODELS.find(({ name }) => name === CREDIT_CARD);
  if (!definition) throw new Error(`${CREDIT_CARD} is not among the built-in models`);
  return transactionSchema(definition);
}
