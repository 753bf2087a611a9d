import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post, Res, type StreamableFile } from '@nestjs/common';
import { ApiBody, ApiExtraModels, ApiOkResponse, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentPrincipal, type Principal, Public } from '@app/auth';
import { AcceptBody, ApiProblems, Problem, type Refusal, type Refusals } from '@app/common';
import { championAway, noModel, noVersion } from '@app/model-registry';
import { Idempotent } from '@app/scoring';
import type { FastifyReply } from 'fastify';
import { CREDIT_CARD } from '../built-in.js';
import { NO_CHAMPION } from '../built-in.openapi.js';
import { versionNotLoaded } from './inference-errors.js';
import {
  InferenceDto,
  InferenceErrorDto,
  ModelMetadataDto,
  ModelReadyDto,
  ServerLiveDto,
  ServerMetadataDto,
  ServerReadyDto,
} from './open-inference.dto.js';
import { INFERENCE_EXAMPLES, INFERENCE_SCHEMA } from './open-inference.openapi.js';
import { OpenInferenceService } from './open-inference.service.js';

const AWAY: Refusal = [NO_CHAMPION, ...championAway(CREDIT_CARD)];
const NO_MODEL: Refusals = { 404: ['There is no model of this name.', noModel('claims')], 503: AWAY };
const NO_VERSION: Refusals = {
  404: ['There is no model of this name, or it has no such version.', noModel('claims'), noVersion(CREDIT_CARD, 9)],
  503: AWAY,
};
const NOT_LOADED: Refusals = {
  404: [
    'There is no model of this name, or the version is not its champion: only that scores.',
    noModel('claims'),
    versionNotLoaded(CREDIT_CARD, '1', 2),
  ],
  503: AWAY,
};
const UNFIT: Refusal = [
  'A tensor or a value does not fit. Nothing was scored.',
  Problem.invalid([{ path: 'V7[3]', message: 'must be a finite number, got null' }]),
];

/**
 * The Open Inference Protocol, version 2. Its `/v2` is the protocol's version, not ours. Its errors have a form of their
 * own, at run time and in the OpenAPI document: see `INFERENCE_ERRORS`.
 */
@ApiTags('open inference')
@ApiExtraModels(InferenceErrorDto)
@Controller('v2')
export class OpenInferenceController {
  constructor(private readonly inference: OpenInferenceService) {}

  @Get()
  @Authenticated('score')
  @ApiOperation({ summary: 'What this server is' })
  getServer(): ServerMetadataDto {
    return { name: 'fraud-scoring', version: '1', extensions: [] };
  }

  @Get('health/live')
  @Public()
  @ApiOperation({ summary: 'Whether the process runs' })
  getLive(): ServerLiveDto {
    return { live: true };
  }

  @Get('health/ready')
  @Public()
  @ApiOperation({ summary: 'Whether it can score' })
  @ApiResponse({ status: 503, type: ServerReadyDto, description: 'The database or a champion is missing.' })
  async getReady(@Res({ passthrough: true }) reply: FastifyReply): Promise<ServerReadyDto> {
    const answer = await this.inference.ready();
    reply.status(answer.ready ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE);
    return answer;
  }

  @Get('models/:name')
  @Authenticated('score')
  @ApiProblems(NO_MODEL)
  @ApiOperation({ summary: 'Inputs and outputs of a model' })
  @ApiParam({ name: 'name', example: 'credit-card' })
  getModel(@Param('name') name: string): Promise<ModelMetadataDto> {
    return this.inference.metadata(name);
  }

  @Get('models/:name/ready')
  @Authenticated('score')
  @ApiProblems(NO_MODEL)
  @ApiOperation({ summary: 'Whether a model has a champion' })
  @ApiParam({ name: 'name', example: 'credit-card' })
  getModelReady(@Param('name') name: string): Promise<ModelReadyDto> {
    return this.inference.modelReady(name);
  }

  @Get('models/:name/versions/:version')
  @Authenticated('score')
  @ApiProblems(NO_VERSION)
  @ApiOperation({ summary: 'Inputs and outputs of a version' })
  @ApiParam({ name: 'name', example: 'credit-card' })
  @ApiParam({ name: 'version', example: '1' })
  getVersion(@Param('name') name: string, @Param('version') version: string): Promise<ModelMetadataDto> {
    return this.inference.metadata(name, version);
  }

  @Get('models/:name/versions/:version/ready')
  @Authenticated('score')
  @ApiProblems(NO_VERSION)
  @ApiOperation({ summary: 'Whether a version can score: only the champion is loaded' })
  @ApiParam({ name: 'name', example: 'credit-card' })
  @ApiParam({ name: 'version', example: '1' })
  getVersionReady(@Param('name') name: string, @Param('version') version: string): Promise<ModelReadyDto> {
    return this.inference.modelReady(name, version);
  }

  @Post('models/:name/infer')
  @HttpCode(200)
  @Authenticated('score')
  @Idempotent()
  @AcceptBody({ maxMebibytes: 16 })
  @ApiOperation({
    summary: 'Score up to 10,000 rows of tensors',
    description: 'One tensor [n, features], or one per feature. One row that does not fit refuses them all.',
  })
  @ApiParam({ name: 'name', example: 'credit-card' })
  @ApiBody({ schema: INFERENCE_SCHEMA, examples: INFERENCE_EXAMPLES })
  @ApiOkResponse({ type: InferenceDto })
  @ApiProblems({ ...NO_MODEL, 400: UNFIT })
  infer(
    @Param('name') name: string,
    @Body() body: unknown,
    @CurrentPrincipal() principal: Principal,
  ): Promise<StreamableFile> {
    return this.inference.infer(name, body, principal);
  }

  @Post('models/:name/versions/:version/infer')
  @HttpCode(200)
  @Authenticated('score')
  @Idempotent()
  @AcceptBody({ maxMebibytes: 16 })
  @ApiOperation({ summary: 'The same, when the version is the champion' })
  @ApiParam({ name: 'name', example: 'credit-card' })
  @ApiParam({ name: 'version', example: '1' })
  @ApiBody({ schema: INFERENCE_SCHEMA, examples: INFERENCE_EXAMPLES })
  @ApiOkResponse({ type: InferenceDto })
  @ApiProblems({ ...NOT_LOADED, 400: UNFIT })
  inferByVersion(
    @Param('name') name: string,
    @Param('version') version: string,
    @Body() body: unknown,
    @CurrentPrincipal() principal: Principal,
  ): Promise<StreamableFile> {
    return this.inference.infer(name, body, principal, version);
  }
}
