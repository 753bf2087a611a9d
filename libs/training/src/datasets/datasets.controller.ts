import { Controller, Post, Req } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Authenticated } from '@app/auth';
import { AcceptBody, ApiProblems, BYTES_PER_MEBIBYTE } from '@app/common';
import { simulateCsv } from '@app/simulator';
import type { FastifyRequest } from 'fastify';
import { brokenOff } from '../data/receive-upload.js';
import { noBytes, tooLarge } from '../data/stored-file.js';
import { brokenMultipart, noFile, unusableUpload } from '../problems.js';
import { DatasetDto } from './dataset.dto.js';
import { UploadService } from './upload.service.js';

@ApiTags('training')
@Controller('v1/datasets')
export class DatasetsController {
  constructor(private readonly uploads: UploadService) {}

  @Post()
  @Authenticated('train')
  @AcceptBody({ types: ['multipart/form-data'] })
  @ApiOperation({
    summary: 'Upload a training file',
    description: 'CSV with a header, also gzipped. Columns in any order; those the model does not name are ignored.',
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
        file: { type: 'string', format: 'binary' },
      },
      example: { simulated: 'true', file: [...simulateCsv('credit-account', { rows: 3, seed: 1 })].join('') },
    },
  })
  @ApiProblems({
    413: ['The file is over the limit (`DATASET_MAX_MIB`).', unusableUpload(tooLarge(2_048 * BYTES_PER_MEBIBYTE))],
    422: [
      'There is no file, it is empty, or it breaks off.',
      noFile(),
      unusableUpload(noBytes()),
      unusableUpload(brokenOff()),
      brokenMultipart(),
    ],
  })
  upload(@Req() request: FastifyRequest): Promise<DatasetDto> {
    return this.uploads.upload(request);
  }
}
