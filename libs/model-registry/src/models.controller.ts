import { Body, Controller, Get, Header, Param, Post, StreamableFile } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { Authenticated, CurrentPrincipal, type Principal } from '@app/auth';
import { ApiProblems, noPositiveInt, PositiveIntPipe, Problem, type Refusals } from '@app/common';
import { CatalogueService } from './catalogue.service.js';
import { CreateModelDto } from './dto/model-definition.dto.js';
import { ModelDetailsDto, ModelDto } from './dto/model.dto.js';
import { VersionDto, VersionSummaryDto } from './dto/version.dto.js';
import { modelExists, noModel, noVersion } from './problems.js';

const NO_MODEL: Refusals = { 404: ['There is no model of this name.', noModel('claims')] };
const NO_VERSION: Refusals = {
  404: ['There is no such model, or it has no such version.', noModel('claims'), noVersion('credit-card', 9)],
  422: ['The version is not a number.', noPositiveInt('version', 'latest')],
};

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
  @ApiOperation({
    summary: 'Define a model of your own',
    description:
      'A definition never changes afterwards, but for its `policy` and `promotion`, which have routes of their own.',
  })
  @ApiBody({
    type: CreateModelDto,
    examples: {
      smallest: {
        summary: 'A name, a label and features suffice',
        value: {
          name: 'claims',
          label: 'is_fraud',
          features: [
            { name: 'amount', type: 'number' },
            { name: 'channel', type: 'category', nullable: true },
          ],
        },
      },
      whole: {
        summary: 'With everything that can be said',
        value: {
          name: 'insurance-claims',
          description: 'Insurance claims',
          label: 'is_fraud',
          features: [
            { name: 'amount', type: 'number', nullable: false, description: 'What is claimed, in EUR' },
            { name: 'channel', type: 'category', nullable: true, description: 'Where it was handed in' },
            { name: 'first_claim', type: 'boolean', nullable: false, description: 'Whether there was none before' },
          ],
          time_column: 'at',
          carried: ['customer_id'],
          metric: 'average_precision',
          policy: { kind: 'fixed', review: 50, block: 90 },
          promotion: { mode: 'automatic', rule: 'evidence', min_improvement: 0.01 },
        },
      },
    },
  })
  @ApiProblems({
    409: ['There is a model of this name already.', modelExists('claims')],
    422: [
      'The definition does not hold together.',
      Problem.invalid([{ path: 'features', message: 'must hold 1 to 2000 features, got 0' }]),
    ],
  })
  createModel(@Body() definition: CreateModelDto, @CurrentPrincipal() principal: Principal): Promise<ModelDetailsDto> {
    return this.catalogue.createModel(definition, principal.name);
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
    headers: {
      'Content-Disposition': {
        required: true,
        schema: { type: 'string' },
        example: 'attachment; filename="claims-1.onnx"',
      },
    },
  })
  @ApiProblems(NO_VERSION)
  getArtifact(
    @Param('model') model: string,
    @Param('version', PositiveIntPipe) version: number,
  ): Promise<StreamableFile> {
    return this.catalogue.getArtifact(model, version);
  }
}
