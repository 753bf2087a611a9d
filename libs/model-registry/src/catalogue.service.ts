import { Injectable, StreamableFile } from '@nestjs/common';
import { type CreateModelDto, toDefinition } from './dto/model-definition.dto.js';
import { type ModelDetailsDto, type ModelDto, toModel, toModelDetails } from './dto/model.dto.js';
import { type PromotionDto, toPromotion } from './dto/promotion.dto.js';
import { toVersion, toVersionSummary, type VersionDto, type VersionSummaryDto } from './dto/version.dto.js';
import { ModelsService } from './models.service.js';
import { VersionsService } from './versions.service.js';

/** Models, versions and promotions as clients see them. */
@Injectable()
export class CatalogueService {
  constructor(
    private readonly models: ModelsService,
    private readonly versions: VersionsService,
  ) {}

  async listModels(): Promise<ModelDto[]> {
    const [models, champions] = await Promise.all([this.models.list(), this.versions.champions()]);
    const byModel = new Map(champions.map((champion) => [champion.modelId, champion]));
    return models.map((model) => toModel(model, byModel.get(model.id)));
  }

  async createModel(dto: CreateModelDto): Promise<ModelDetailsDto> {
    return toModelDetails(await this.models.create(toDefinition(dto)), []);
  }

  async getModel(name: string): Promise<ModelDetailsDto> {
    const model = await this.models.get(name);
    return toModelDetails(model, await this.versions.ofModel(model.id));
  }

  async listVersions(modelName: string): Promise<VersionSummaryDto[]> {
    return (await this.versions.list(modelName)).map(toVersionSummary);
  }

  async getVersion(modelName: string, version: number): Promise<VersionDto> {
    return toVersion(await this.versions.get(modelName, version));
  }

  async getArtifact(modelName: string, version: number): Promise<StreamableFile> {
    const artifact = await this.versions.artifact(modelName, version);
    return new StreamableFile(artifact, {
      type: 'application/octet-stream',
      disposition: `attachment; filename="${modelName}-${version}.onnx"`,
      length: artifact.length,
    });
  }

  async listPromotions(modelName: string): Promise<PromotionDto[]> {
    return (await this.versions.ledger(modelName)).map(toPromotion);
  }
}
