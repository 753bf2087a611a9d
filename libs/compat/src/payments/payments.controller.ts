import { Body, Controller, Get, HttpCode, Param, Post, Redirect, type StreamableFile } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentPrincipal, type Principal, Public } from '@app/auth';
import { ApiProblems, noPositiveInt, PositiveIntPipe, Problem, type Refusals } from '@app/common';
import { championAway } from '@app/model-registry';
import { Idempotent } from '@app/scoring';
import { exampleTransaction } from '@app/simulator';
import { noDataset, noTraining } from '@app/training';
import { PAYMENTS } from '../built-in.js';
import { NO_CHAMPION, schemaOf } from '../built-in.openapi.js';
import {
  HealthyDto,
  PaymentsTrainingIdDto,
  PaymentsTrainingRequestDto,
  PaymentsTrainingStatusDto,
  PongDto,
  PredictionsDto,
} from './payments.dto.js';
import { PaymentsService } from './payments.service.js';

const EXAMPLE_ID = '019a0f5e-9d2b-7c61-8a55-1f0e3f6f3b7a';
const UNAVAILABLE: Refusals = { 503: [NO_CHAMPION, ...championAway(PAYMENTS)] };

/** The contract of the payments service. Trainings go by two paths, as they did there. */
@ApiTags('compatibility')
@Controller()
export class PaymentsController {
  constructor(private readonly payments: PaymentsService) {}

  @Get('api/v1/status')
  @Public()
  @ApiOperation({ summary: 'Whether the process runs' })
  getStatus(): PongDto {
    return { status: 'success', message: 'pong!' };
  }

  @Post(['api/v1/training', 'api/v1/model/training'])
  @Authenticated('train')
  @ApiOperation({
    summary: 'Train a new version of payments',
    description: 'It takes over if its F1 is higher than the champion’s on the same holdout rows.',
  })
  @ApiBody({
    type: PaymentsTrainingRequestDto,
    examples: { link: { summary: 'A link', value: { dataset: 'https://data.example.org/payments.csv' } } },
  })
  @ApiProblems({ 422: ['The request does not fit: `errors` says where.', noDataset(EXAMPLE_ID)] })
  train(
    @Body() { dataset }: PaymentsTrainingRequestDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<PaymentsTrainingIdDto> {
    return this.payments.train(dataset, principal);
  }

  @Get(['api/v1/training/:id', 'api/v1/model/training/:id'])
  @Authenticated('train')
  @ApiOperation({ summary: 'How a training of payments stands' })
  @ApiParam({ name: 'id', type: 'integer', example: 2 })
  @ApiProblems({
    404: ['There is no such training of payments.', noTraining(4711)],
    422: ['The id is not a number.', noPositiveInt('id', '1a')],
  })
  getTraining(@Param('id', PositiveIntPipe) id: number): Promise<PaymentsTrainingStatusDto> {
    return this.payments.trainingStatus(id);
  }

  @Post('api/v1/model/predict')
  @HttpCode(200)
  @Authenticated('score')
  @Idempotent()
  @ApiOperation({ summary: 'Call one payment fraud or not' })
  @ApiBody({ schema: { ...schemaOf(PAYMENTS), example: exampleTransaction(PAYMENTS) } })
  @ApiProblems({
    422: [
      'The payment does not fit: `errors` names each field and the fix.',
      Problem.invalid([{ path: 'amount_log', message: 'is required' }]),
    ],
    ...UNAVAILABLE,
  })
  predict(@Body() transaction: unknown, @CurrentPrincipal() principal: Principal): Promise<PredictionsDto> {
    return this.payments.predict(transaction, principal);
  }

  @Get('api/v1/model/healthy')
  @Authenticated('score')
  @ApiOperation({ summary: 'How the champion of payments did on its holdout' })
  @ApiOkResponse({ type: HealthyDto })
  @ApiProblems(UNAVAILABLE)
  getHealthy(): Promise<StreamableFile> {
    return this.payments.healthy();
  }

  @Get('doc')
  @Public()
  @Redirect('/docs', 302)
  @ApiOperation({ summary: 'Leads to the docs page' })
  @ApiResponse({
    status: 302,
    description: 'To `/docs`.',
    headers: { Location: { required: true, schema: { type: 'string' }, example: '/docs' } },
  })
  @ApiOkResponse({
    description: 'What a client that follows gets: the docs page.',
    content: { 'text/html': { schema: { type: 'string' } } },
  })
  redirectToDocs(): void {}
}
