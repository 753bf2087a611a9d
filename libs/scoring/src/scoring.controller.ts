import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentPrincipal, type Principal } from '@app/auth';
import { AcceptBody, ApiProblems, noFlag, noUuid, Problem, UuidPipe } from '@app/common';
import { championAway, noModel } from '@app/model-registry';
import { exampleTransaction } from '@app/simulator';
import { DecisionsService } from './decisions.service.js';
import { BatchDto } from './dto/batch.dto.js';
import { DECISION_ID_RULE, DecisionListDto, DecisionListQueryDto } from './dto/decision-list.dto.js';
import { DecisionDto, StoredDecisionDto } from './dto/decision.dto.js';
import { ScoreQueryDto } from './dto/score-query.dto.js';
import { Idempotent } from './idempotency/idempotent.js';
import { MAX_BATCH } from './many.js';
import { explanationUnavailable, logFull, noDecision, tooMany } from './problems.js';

/** Nobody's: the page is public, and shows no real one. */
const EXAMPLE_ID = '019a0f5e-9d2b-7c61-8a55-1f0e3f6f3b7a';

@ApiTags('scoring')
@Controller('v1')
export class ScoringController {
  constructor(private readonly decisions: DecisionsService) {}

  @Post('models/:model/score')
  @HttpCode(200)
  @Authenticated('score')
  @Idempotent()
  @ApiOperation({
    summary: 'Score one transaction',
    description:
      'Send the features of the model (`GET /v1/models/{model}`) by name, and a `transaction_id` of yours if you ' +
      'like. The decision is stored before it is answered, or soon after with `DECISION_LOG=async`.',
  })
  @ApiParam({ name: 'model', example: 'credit-card' })
  @ApiBody({ schema: { type: 'object', additionalProperties: true, example: exampleTransaction('credit-card') } })
  @ApiProblems({
    404: ['There is no model of this name.', noModel('claims')],
    422: [
      'The transaction does not fit the model, or the query does not: `errors` names each field and the fix.',
      Problem.invalid([{ path: 'V7', message: 'is required' }]),
      noFlag('explain'),
    ],
    503: [
      'No champion of the model is loaded, or the database is away; `Retry-After` says when to try again.',
      ...championAway('credit-card'),
      logFull(),
      explanationUnavailable(),
    ],
  })
  score(
    @Param('model') model: string,
    @Body() transaction: unknown,
    @Query() query: ScoreQueryDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<DecisionDto> {
    return this.decisions.score(model, transaction, principal, query.explain);
  }

  @Post('models/:model/score/batch')
  @HttpCode(200)
  @Authenticated('score')
  @Idempotent()
  @AcceptBody({ maxMebibytes: 16 })
  @ApiOperation({
    summary: 'Score up to 10,000 transactions',
    description:
      'Answers per transaction, in order: one that does not fit is refused with its index, the others are scored. ' +
      'All decisions are stored or none is, before they are answered, or soon after with `DECISION_LOG=async`. Each ' +
      'carries the first five of its warnings.',
  })
  @ApiParam({ name: 'model', example: 'credit-card' })
  @ApiBody({
    schema: {
      type: 'object',
      required: ['transactions'],
      properties: {
        transactions: { type: 'array', maxItems: MAX_BATCH, items: { type: 'object', additionalProperties: true } },
      },
      example: { transactions: [exampleTransaction('credit-card'), exampleTransaction('credit-card')] },
    },
  })
  @ApiProblems({
    404: ['There is no model of this name.', noModel('claims')],
    422: [
      'The body is not `{"transactions": [...]}`, or holds more than 10,000.',
      tooMany('transactions', MAX_BATCH, 12_000),
    ],
    503: [
      'The model has no champion yet, or the database is away; `Retry-After` says when to try again.',
      ...championAway('credit-card'),
      logFull(),
    ],
  })
  scoreBatch(
    @Param('model') model: string,
    @Body() batch: unknown,
    @CurrentPrincipal() principal: Principal,
  ): Promise<BatchDto> {
    return this.decisions.scoreBatch(model, batch, principal);
  }

  @Get('decisions')
  @Authenticated('score')
  @ApiOperation({ summary: 'What was decided, newest first, page by page' })
  @ApiProblems({
    422: [
      'The query does not fit: `errors` says where.',
      Problem.invalidParameter([{ path: 'before', message: DECISION_ID_RULE }]),
    ],
  })
  listDecisions(@Query() query: DecisionListQueryDto): Promise<DecisionListDto> {
    return this.decisions.list(query);
  }

  @Get('decisions/:id')
  @Authenticated('score')
  @ApiOperation({
    summary: 'One decision: what was sent, what was decided, by which version',
    description: 'Put the `decision_id` of an answer; the example’s is nobody’s.',
  })
  @ApiParam({ name: 'id', format: 'uuid', example: EXAMPLE_ID })
  @ApiProblems({
    404: ['There is no such decision.', noDecision(EXAMPLE_ID)],
    422: ['The id is not a UUID.', noUuid('id', '4711')],
  })
  getDecision(@Param('id', UuidPipe) id: string): Promise<StoredDecisionDto> {
    return this.decisions.get(id);
  }
}
