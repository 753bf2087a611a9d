import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentPrincipal, type Principal } from '@app/auth';
import { ApiProblems, noPositiveInt, PositiveIntPipe } from '@app/common';
import { noModel } from '@app/model-registry';
import { TrainRequestDto } from './dto/train-request.dto.js';
import { TrainingAcceptedDto, TrainingDto } from './dto/training.dto.js';
import { noDataset, noTraining } from './problems.js';
import { TrainingService } from './training.service.js';

/** What `npm start` simulates for credit-card, whose id follows from its bytes. */
const EXAMPLE_DATASET = 'f0764bab-8fe5-5224-94b1-bd5a685202c5';

@ApiTags('training')
@Controller('v1')
export class TrainingController {
  constructor(private readonly training: TrainingService) {}

  @Post('models/:model/train')
  @HttpCode(202)
  @Authenticated('train')
  @ApiOperation({
    summary: 'Train a new version',
    description:
      'Answers at once; `GET /v1/training/{id}` shows how it goes. The data set is enough: all else has defaults. The ' +
      'new version is compared with the champion on the same holdout rows and takes over only if it is better for sure ' +
      'by the metric of its model: `GET /v1/models/{model}/promotions` has the evidence.',
  })
  @ApiParam({ name: 'model', example: 'credit-card' })
  @ApiBody({
    type: TrainRequestDto,
    examples: {
      uploaded: {
        summary: 'A data set that is there: this one is what the first start trains credit-card on',
        value: { dataset: EXAMPLE_DATASET, params: { rounds: 100, max_depth: 4 } },
      },
      searched: {
        summary: 'The best of five sets of parameters, with boosting that keeps a direction',
        value: {
          dataset: EXAMPLE_DATASET,
          search: { trials: 5, folds: 3 },
          monotone: { Amount: 1 },
          calibration: 'platt',
        },
      },
      file: {
        summary: 'A file that lies on the server, weighted rows, and labels that arrive a week late',
        value: {
          dataset: 'file:imports/2026/cards.parquet',
          weight_column: 'weight',
          entity_column: 'customer_id',
          split: { method: 'by_time', gap_seconds: 604_800 },
        },
      },
      link: {
        summary: 'A link',
        value: { dataset: 'https://data.example.org/transactions.csv.gz', algorithm: 'random_forest' },
      },
    },
  })
  @ApiProblems({
    404: ['There is no model of this name.', noModel('claims')],
    422: ['The request does not fit: `errors` says where.', noDataset('019a0f5e-9d2b-7c61-8a55-1f0e3f6f3b7a')],
  })
  train(
    @Param('model') model: string,
    @Body() request: TrainRequestDto,
    @CurrentPrincipal() principal: Principal,
  ): Promise<TrainingAcceptedDto> {
    return this.training.request(model, request, principal);
  }

  @Get('training/:id')
  @Authenticated('train')
  @ApiOperation({ summary: 'How a training stands: status, progress, metrics, error' })
  @ApiParam({ name: 'id', type: 'integer', example: 1 })
  @ApiProblems({
    404: ['There is no such training.', noTraining(4711)],
    422: ['The id is not a number.', noPositiveInt('id', '1a')],
  })
  getTraining(@Param('id', PositiveIntPipe) id: number): Promise<TrainingDto> {
    return this.training.get(id);
  }
}
