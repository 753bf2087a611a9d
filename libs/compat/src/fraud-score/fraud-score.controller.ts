import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentPrincipal, type Principal } from '@app/auth';
import { AcceptBody, ApiProblems, noFlag, Problem } from '@app/common';
import { championAway } from '@app/model-registry';
import { Idempotent } from '@app/scoring';
import { exampleTransaction } from '@app/simulator';
import { CREDIT_CARD } from '../built-in.js';
import { listSchema, NO_CHAMPION, schemaOf } from '../built-in.openapi.js';
import { FraudScoreDto } from './fraud-score.dto.js';
import { FraudScoreService } from './fraud-score.service.js';
import { ModelInfoDto } from './model-info.dto.js';
import { Ood } from './ood.js';

/** The contract of the credit-card scoring service that this one replaces. */
@ApiTags('compatibility')
@Controller('v1')
export class FraudScoreController {
  constructor(private readonly fraudScore: FraudScoreService) {}

  @Post('fraud-score')
  @HttpCode(200)
  @Authenticated('score')
  @Idempotent()
  @ApiOperation({ summary: 'Score one card transaction', description: 'All thirty numbers are required.' })
  @ApiBody({ schema: { ...schemaOf(CREDIT_CARD), example: exampleTransaction(CREDIT_CARD) } })
  @ApiQuery({
    name: 'ood',
    required: false,
    schema: { type: 'boolean', default: false },
    description: 'Adds `ood_warning`: whether the transaction is unlike what the version was trained on.',
  })
  @ApiProblems({
    422: [
      'The transaction does not fit, or the query does not: `errors` names each field and the fix.',
      Problem.invalid([{ path: 'V7', message: 'is required' }]),
      noFlag('ood'),
    ],
    503: [NO_CHAMPION, ...championAway(CREDIT_CARD)],
  })
  score(
    @Body() transaction: unknown,
    @Ood() ood: boolean,
    @CurrentPrincipal() principal: Principal,
  ): Promise<FraudScoreDto> {
    return this.fraudScore.score(transaction, principal, ood);
  }

  @Post('fraud-score/batch')
  @HttpCode(200)
  @Authenticated('score')
  @Idempotent()
  @AcceptBody({ maxMebibytes: 16 })
  @ApiOperation({
    summary: 'Score a list of up to 10,000 card transactions',
    description: 'Answers in their order. One that does not fit refuses the list: `errors` says which, like `3.V7`.',
  })
  @ApiBody({ schema: { ...listSchema(CREDIT_CARD), example: [exampleTransaction(CREDIT_CARD)] } })
  @ApiProblems({
    422: [
      'The body is no list, holds more than 10,000, or a transaction does not fit: `errors` names index and field.',
      Problem.invalid([{ path: '3.V7', message: 'is required' }]),
    ],
    503: [NO_CHAMPION, ...championAway(CREDIT_CARD)],
  })
  scoreBatch(@Body() transactions: unknown, @CurrentPrincipal() principal: Principal): Promise<FraudScoreDto[]> {
    return this.fraudScore.scoreBatch(transactions, principal);
  }

  @Get('model-info')
  @Authenticated('score')
  @ApiOperation({
    summary: 'What scores card transactions',
    description: 'Version, training date, data, metrics, threshold, features with their importance, libraries.',
  })
  @ApiProblems({ 503: [NO_CHAMPION, ...championAway(CREDIT_CARD)] })
  getModelInfo(): Promise<ModelInfoDto> {
    return this.fraudScore.modelInfo();
  }
}
