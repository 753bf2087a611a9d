import { Body, Controller, Get, HttpCode, HttpStatus, Param, Post, Res, type StreamableFile } from '@nestjs/common';
import { ApiBody, ApiExtraModels, ApiOkResponse, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentPrincipal, type Principal, Public } from '@app/auth';
import { AcceptBody, ApiProblems } from '@app/common';
import type { FastifyReply } from 'fastify';
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

const ABSENT = {
  404: 'There is no model of this name, or it has no such version.',
  503: 'The model has no champion yet, or the database is away; `Retry-After` says when to try again.',
};
const REFUSED = {
  400: 'A tensor or a value does not fit. Nothing was scored.',
  413: 'The body is larger than 16 MiB.',
  503: ABSENT[503],
};
const NOT_LOADED = 'There is no model of this name, or the version is not its champion: only that scores.';

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
  @ApiProblems(ABSENT)
  @ApiOperation({ summary: 'Inputs and outputs of a model' })
  @ApiParam({ name: 'name', example: 'credit-card' })
  getModel(@Param('name') name: string): Promise<ModelMetadataDto> {
    return this.inference.metadata(name);
  }

  @Get('models/:name/ready')
  @Authenticated('score')
  @ApiProblems(ABSENT)
  @ApiOperation({ summary: 'Whether a model has a champion' })
  @ApiParam({ name: 'name', example: 'credit-card' })
  getModelReady(@Param('name') name: string): Promise<ModelReadyDto> {
    return this.inference.modelReady(name);
  }

  @Get('models/:name/versions/:version')
  @Authenticated('score')
  @ApiProblems(ABSENT)
  @ApiOperation({ summary: 'Inputs and outputs of a version' })
  @ApiParam({ name: 'name', example: 'credit-card' })
  @ApiParam({ name: 'version', example: '1' })
  getVersion(@Param('name') name: string, @Param('version') version: string): Promise<ModelMetadataDto> {
    return this.inference.metadata(name, version);
  }

  @Get('models/:name/versions/:version/ready')
  @Authenticated('score')
  @ApiProblems(ABSENT)
  @ApiOperation({ summary: 'Whether a version can score: only the champion is loaded' })
  @ApiParam({ name: 'name', example: 'credit-card' })
  @ApiParam({ name: 'version', example: '1' })
  getVersionReady(@Param('name') name: string, @Param('version') version: string): Promise<ModelReadyDto> {
    return this.inference.modelReady(name, version);
  }

  @Post('models/:name/infer')
  @HttpCode(200)
  @Authenticated('score')
  @AcceptBody({ maxMebibytes: 16 })
  @ApiOperation({
    summary: 'Score up to 10,000 rows of tensors',
    description: 'One tensor [n, features], or one per feature. One row that does not fit refuses them all.',
  })
  @ApiParam({ name: 'name', example: 'credit-card' })
  @ApiBody({ schema: INFERENCE_SCHEMA, examples: INFERENCE_EXAMPLES })
  @ApiOkResponse({ type: InferenceDto })
  @ApiProblems({ ...REFUSED, 404: 'There is no model of this name.' })
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
  @AcceptBody({ maxMebibytes: 16 })
  @ApiOperation({ summary: 'The same, when the version is the champion' })
  @ApiParam({ name: 'name', example: 'credit-card' })
  @ApiParam({ name: 'version', example: '1' })
  @ApiBody({ schema: INFERENCE_SCHEMA, examples: INFERENCE_EXAMPLES })
  @ApiOkResponse({ type: InferenceDto })
  @ApiProblems({ ...REFUSED, 404: NOT_LOADED })
  inferByVersion(
    @Param('name') name: string,
    @Param('version') version: string,
    @Body() body: unknown,
    @CurrentPrincipal() principal: Principal,
  ): Promise<StreamableFile> {
    return this.inference.infer(name, body, principal, version);
  }
}
