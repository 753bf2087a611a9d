import { Controller, Get, Param, Post, Query, Req } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Authenticated } from '@app/auth';
import { AcceptBody, ApiProblems, BYTES_PER_MEBIBYTE, noUuid, Problem, UuidPipe } from '@app/common';
import { noModel } from '@app/model-registry';
import { simulateCsv } from '@app/simulator';
import type { FastifyRequest } from 'fastify';
import { brokenOff } from '../data/receive-upload.js';
import { noBytes, tooLarge } from '../data/stored-file.js';
import { brokenMultipart, noFile, noModelToFit, noSuchDataset, unusableUpload } from '../problems.js';
import { DatasetDto } from './dataset.dto.js';
import { DatasetCatalogueService } from './dataset-catalogue.service.js';
import {
  DATASET_ID_RULE,
  DatasetDetailsDto,
  DatasetListDto,
  DatasetListQueryDto,
  DatasetQueryDto,
} from './dataset-list.dto.js';
import { UploadService } from './upload.service.js';

/** What `npm start` simulates for credit-card, whose id follows from its bytes. */
const EXAMPLE_DATASET = 'f0764bab-8fe5-5224-94b1-bd5a685202c5';

@ApiTags('training')
@Controller('v1/datasets')
export class DatasetsController {
  constructor(
    private readonly uploads: UploadService,
    private readonly catalogue: DatasetCatalogueService,
  ) {}

  @Post()
  @Authenticated('train')
  @AcceptBody({ types: ['multipart/form-data'] })
  @ApiOperation({
    summary: 'Upload a training file',
    description:
      'CSV with a header, Parquet or JSON lines, also gzipped or as zstd. Columns in any order; those the model does not ' +
      'name are ignored.',
  })
  @ApiConsumes('multipart/form-data')
  @ApiBody({
    schema: {
      type: 'object',
      required: ['file'],
      properties: {
        simulated: {
          type: 'string',
          enum: ['true', 'false'],
          default: 'false',
          description: 'Marks what is trained on it as simulated. Must come before the file.',
        },
        model: {
          type: 'string',
          description: 'The model that it is for: its profile is then worked out at once. Must come before the file.',
        },
        file: { type: 'string', format: 'binary' },
      },
      example: {
        simulated: 'true',
        model: 'credit-account',
        file: [...simulateCsv('credit-account', { rows: 3, seed: 1 })].join(''),
      },
    },
  })
  @ApiProblems({
    413: ['The file is over the limit (`DATASET_MAX_MIB`).', unusableUpload(tooLarge(2_048 * BYTES_PER_MEBIBYTE))],
    422: [
      'There is no file, it is empty, or it breaks off; or there is no such model.',
      noFile(),
      noModelToFit('claims'),
      unusableUpload(noBytes()),
      unusableUpload(brokenOff()),
      brokenMultipart(),
    ],
  })
  upload(@Req() request: FastifyRequest): Promise<DatasetDto> {
    return this.uploads.upload(request);
  }

  @Get()
  @Authenticated('train')
  @ApiOperation({ summary: 'All data sets, newest first, page by page' })
  @ApiProblems({
    422: [
      'The query does not fit: `errors` says where.',
      Problem.invalidParameter([{ path: 'before', message: DATASET_ID_RULE }]),
    ],
  })
  list(@Query() query: DatasetListQueryDto): Promise<DatasetListDto> {
    return this.catalogue.list(query);
  }

  @Get(':id')
  @Authenticated('train')
  @ApiOperation({
    summary: 'One data set: what it holds, and what in it looks wrong',
    description:
      'A worker reads the file when a profile is first asked for, or at once where the upload named a model: ask again ' +
      'while `profile_status` is `pending`.',
  })
  @ApiParam({ name: 'id', format: 'uuid', example: EXAMPLE_DATASET })
  @ApiProblems({
    404: [
      'There is no such data set, or no such model.',
      noSuchDataset('019a0f5e-9d2b-7c61-8a55-1f0e3f6f3b7a'),
      noModel('claims'),
    ],
    422: ['The id is no UUID.', noUuid('id', '17')],
  })
  get(@Param('id', UuidPipe) id: string, @Query() { model }: DatasetQueryDto): Promise<DatasetDetailsDto> {
    return this.catalogue.get(id, model);
  }
}
