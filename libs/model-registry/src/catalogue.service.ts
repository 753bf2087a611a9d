import { Injectable, StreamableFile } from '@nestjs/common';
import { type CreateModelDto, toDefinition } from './dto/model-definition.dto.js';
import { type ModelDetailsDto, type ModelDto, toModel, toModelDetails } from './dto/model.dto.js';
import { type PromotionDto, toPromotion } from './dto/promotion.dto.js';
import { type PromotionSettingsDto, type SetPromotionDto, toSettings } from './dto/promotion-settings.dto.js';
import { toVersion, toVersionSummary, type VersionDto, type VersionSummaryDto } from './dto/version.dto.js';
import { ModelsService } from './models.service.js';
import { PoliciesService } from './policies/policies.service.js';
import { nothingToSet } from './problems.js';
import { promotionSettingsOf } from './promotion-settings.js';
import { VersionsService } from './versions.service.js';

/** Models, versions and promotions as clients see them. */
@Injectable()
export class CatalogueService {
  constructor(
    private readonly models: ModelsService,
    private readonly versions: VersionsService,
    private readonly policies: PoliciesService,
  ) {}

  async listModels(): Promise<ModelDto[]> {
    const models = await this.models.list();
    const [policies, champions] = await Promise.all([this.policies.allInForce(), this.versions.champions()]);
    const byModel = new Map(champions.map((champion) => [champion.modelId, champion]));
    return models.flatMap((model) => {
      const policy = policies.get(model.id);
      return policy ? [toModel(model, policy, byModel.get(model.id))] : [];
    });
  }

  async createModel(dto: CreateModelDto, by: string): Promise<ModelDetailsDto> {
    const model = await this.models.create(toDefinition(dto), toSettings(dto.promotion ?? {}), `key ${by}`);
    return toModelDetails(model, await this.policies.inForce(model.id), []);
  }

  async getModel(name: string): Promise<ModelDetailsDto> {
    const model = await this.models.get(name);
    const [policy, versions] = await Promise.all([this.policies.inForce(model.id), this.versions.ofModel(model.id)]);
    return toModelDetails(model, policy, versions);
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

  async getPromotionSettings(modelName: string): Promise<PromotionSettingsDto> {
    return promotionSettingsOf(await this.models.get(modelName));
  }

  async setPromotion(modelName: string, dto: SetPromotionDto): Promise<PromotionSettingsDto> {
    const settings = toSettings(dto);
    if (Object.keys(settings).length === 0) throw nothingToSet();
    return promotionSettingsOf(await this.models.setPromotion(modelName, settings));
  }

  async listPromotions(modelName: string): Promise<PromotionDto[]> {
    return (await this.versions.ledger(modelName)).map(toPromotion);
  }
}
