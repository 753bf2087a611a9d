import { Body, Controller, Get, Header, Param, Post, StreamableFile } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Authenticated } from '@app/auth';
import { ApiProblems, PositiveIntPipe } from '@app/common';
import { CatalogueService } from './catalogue.service.js';
import { CreateModelDto } from './dto/model-definition.dto.js';
import { ModelDetailsDto, ModelDto } from './dto/model.dto.js';
import { VersionDto, VersionSummaryDto } from './dto/version.dto.js';

const NO_MODEL = { 404: 'There is no model of this name.' };
const NO_VERSION = { 404: 'There is no such model, or it has no such version.', 422: 'The version is not a number.' };

@ApiTags('models')
@Controller('v1/models')
export class ModelsController {
  constructor(private readonly catalogue: CatalogueService) {}

  @Get()
  @Authenticated()
  @ApiOperation({ summary: 'All models, each with its champion' })
  listModels(): Promise<ModelDto[]> {
    return this.catalogue.listModels();
  }

  @Post()
  @Authenticated('manage')
  @ApiOperation({ summary: 'Define a model of your own', description: 'A definition never changes afterwards.' })
  @ApiProblems({ 409: 'There is a model of this name already.', 422: 'The definition does not hold together.' })
  createModel(@Body() definition: CreateModelDto): Promise<ModelDetailsDto> {
    return this.catalogue.createModel(definition);
  }

  @Get(':model')
  @Authenticated()
  @ApiOperation({ summary: 'One model: definition, champion, versions in short' })
  @ApiParam({ name: 'model', example: 'credit-card' })
  @ApiProblems(NO_MODEL)
  getModel(@Param('model') model: string): Promise<ModelDetailsDto> {
    return this.catalogue.getModel(model);
  }

  @Get(':model/versions')
  @Authenticated()
  @ApiOperation({ summary: 'The versions of a model, newest first' })
  @ApiParam({ name: 'model', example: 'credit-card' })
  @ApiProblems(NO_MODEL)
  listVersions(@Param('model') model: string): Promise<VersionSummaryDto[]> {
    return this.catalogue.listVersions(model);
  }

  @Get(':model/versions/:version')
  @Authenticated()
  @ApiOperation({ summary: 'One version: metrics, importances, lineage' })
  @ApiParam({ name: 'model', example: 'credit-card' })
  @ApiParam({ name: 'version', type: 'integer', example: 1 })
  @ApiProblems(NO_VERSION)
  getVersion(@Param('model') model: string, @Param('version', PositiveIntPipe) version: number): Promise<VersionDto> {
    return this.catalogue.getVersion(model, version);
  }

  @Get(':model/versions/:version/artifact')
  @Authenticated()
  @Header('Content-Type', 'application/octet-stream')
  @ApiOperation({
    summary: 'The trained model as an .onnx file',
    description: 'Input `features`, float32 [n, width]; output `probability`, float32 [n, 1].',
  })
  @ApiParam({ name: 'model', example: 'credit-card' })
  @ApiParam({ name: 'version', type: 'integer', example: 1 })
  @ApiOkResponse({
    description: 'ONNX',
    content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
  })
  @ApiProblems(NO_VERSION)
  getArtifact(
    @Param('model') model: string,
    @Param('version', PositiveIntPipe) version: number,
  ): Promise<StreamableFile> {
    return this.catalogue.getArtifact(model, version);
  }
}
