import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { ModelVersion } from './model-version.entity.js';
import { ModelsService } from './models.service.js';
import type { ThresholdCurve } from './policies/threshold-curve.js';
import { noVersion } from './problems.js';
import { Promotion } from './promotion.entity.js';

/** Reads versions and the ledger of promotions. */
@Injectable()
export class VersionsService {
  constructor(
    @InjectRepository(ModelVersion) private readonly versions: Repository<ModelVersion>,
    @InjectRepository(Promotion) private readonly promotions: Repository<Promotion>,
    private readonly models: ModelsService,
  ) {}

  /** Newest first. @throws Problem 404 */
  async list(modelName: string): Promise<ModelVersion[]> {
    const { id } = await this.models.get(modelName);
    return this.ofModel(id);
  }

  /** Newest first. */
  async ofModel(modelId: number): Promise<ModelVersion[]> {
    return this.versions.find({ where: { modelId }, order: { version: 'DESC' } });
  }

  /** @throws Problem 404 */
  async get(modelName: string, version: number): Promise<ModelVersion> {
    const { id } = await this.models.get(modelName);
    const found = await this.versions.findOneBy({ modelId: id, version });
    if (!found) throw noVersion(modelName, version);
    return found;
  }

  /** The ONNX bytes. @throws Problem 404 */
  async artifact(modelName: string, version: number): Promise<Buffer> {
    const { id } = await this.get(modelName, version);
    const { artifact } = await this.versions.findOneOrFail({ where: { id }, select: { id: true, artifact: true } });
    return artifact;
  }

  /** XGBoost's own form of a version. */
  async booster(versionId: number): Promise<Buffer> {
    const row = await this.versions.findOneOrFail({ where: { id: versionId }, select: { id: true, booster: true } });
    return row.booster;
  }

  /** The champion of a model with its artefact and its threshold curve, or null. */
  async findChampion(modelId: number): Promise<ModelVersion | null> {
    return this.versions
      .createQueryBuilder('version')
      .addSelect(['version.artifact', 'version.thresholdCurve'])
      .where({ modelId, isChampion: true })
      .getOne();
  }

  /** The champion of a model with its threshold curve only, or null. */
  async championCurve(modelId: number): Promise<Pick<ModelVersion, 'id' | 'version' | 'thresholdCurve'> | null> {
    return this.versions.findOne({
      where: { modelId, isChampion: true },
      select: { id: true, version: true, thresholdCurve: true },
    });
  }

  /** What cut-offs flag on the calibration part of a version; null for one that was stored before this was kept. */
  async thresholdCurve(versionId: number): Promise<ThresholdCurve | null> {
    const select = { id: true, thresholdCurve: true };
    return (await this.versions.findOneOrFail({ where: { id: versionId }, select })).thresholdCurve;
  }

  async hasChampion(modelId: number): Promise<boolean> {
    return this.versions.existsBy({ modelId, isChampion: true });
  }

  /** The champions of all models, without their artefacts, or of one. */
  async champions(): Promise<ModelVersion[]> {
    return this.versions.find({ where: { isChampion: true }, relations: { model: true } });
  }

  /** The ids of the models that have a champion. */
  async modelsWithChampion(): Promise<number[]> {
    const champions = await this.versions.find({ where: { isChampion: true }, select: { id: true, modelId: true } });
    return champions.map(({ modelId }) => modelId);
  }

  /** The version that a training job gave, or null. */
  async ofTrainingJob(trainingJobId: number): Promise<ModelVersion | null> {
    return this.versions.findOneBy({ trainingJobId });
  }

  /** The outcome of the comparison that a version went through, or null. */
  async promotionOf(versionId: number): Promise<Promotion | null> {
    return this.promotions.findOne({ where: { versionId }, order: { id: 'ASC' } });
  }

  /** The ledger, newest first. @throws Problem 404 */
  async ledger(modelName: string): Promise<Promotion[]> {
    const { id } = await this.models.get(modelName);
    return this.promotions.find({
      where: { modelId: id },
      relations: { version: true, champion: true },
      order: { id: 'DESC' },
    });
  }
}
