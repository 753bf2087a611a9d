import { Body, Controller, Get, HttpCode, Post, Req, type StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentPrincipal, type Principal, Public } from '@app/auth';
import { AcceptBody, ApiProblems, Problem } from '@app/common';
import { championAway } from '@app/model-registry';
import { Idempotent } from '@app/scoring';
import type { FastifyRequest } from 'fastify';
import { CREDIT_CARD } from '../built-in.js';
import { NO_CHAMPION } from '../built-in.openapi.js';
import { PingDto } from './invocations.dto.js';
import { INVOCATION_ANSWERS, INVOCATION_BODY } from './invocations.openapi.js';
import { InvocationsService } from './invocations.service.js';

/** The contract of the card fraud model's container, as SageMaker and MLflow clients call it. */
@ApiTags('compatibility')
@Controller()
export class InvocationsController {
  constructor(private readonly invocations: InvocationsService) {}

  @Post('invocations')
  @HttpCode(200)
  @Authenticated('score')
  @Idempotent()
  @AcceptBody({ maxMebibytes: 16, types: ['application/json', 'text/csv'], keepText: true })
  @ApiOperation({
    summary: 'Call up to 10,000 card transactions fraud or not',
    description:
      'By id, with features by name or as `Atr1` … `Atr30` by position; or as SageMaker and MLflow clients send them: ' +
      '`text/csv`, `instances`, `inputs`, `dataframe_split`, `dataframe_records`, or a data frame without a name around ' +
      'it. The answer takes the form and the order of the request: 1.0 for a score from `FRAUD_THRESHOLD` on, else 0.0.',
    requestBody: INVOCATION_BODY,
  })
  @ApiOkResponse({ description: 'In the form of the request', content: INVOCATION_ANSWERS })
  @ApiProblems({
    422: [
      'A transaction does not fit: `errors` names it and its field, like `4711.V7`. None was scored.',
      Problem.invalid([{ path: '4711.V7', message: 'is required' }]),
    ],
    503: [NO_CHAMPION, ...championAway(CREDIT_CARD)],
  })
  score(
    @Body() body: unknown,
    @Req() { headers }: FastifyRequest,
    @CurrentPrincipal() principal: Principal,
  ): Promise<StreamableFile> {
    return this.invocations.score(body, headers.accept, principal);
  }

  @Get('ping')
  @Public()
  @ApiOperation({ summary: 'Whether the process runs (SageMaker’s probe)' })
  ping(): PingDto {
    return { data: { status: 'ok' } };
  }

  @Get('health-check/liveness')
  @Public()
  @ApiOperation({ summary: 'Whether the process runs' })
  liveness(): PingDto {
    return { data: { status: 'ok' } };
  }
}
