import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { notify } from '@app/database';
import { compileVectoriser } from '@app/features';
import { DataSource, type EntityManager } from 'typeorm';
import type { PromoteDto, RollbackDto } from './dto/change-champion.dto.js';
import { type PromotionDto, toPromotion } from './dto/promotion.dto.js';
import { formerChampion } from './former-champion.js';
import { Model } from './model.entity.js';
import { ModelVersion } from './model-version.entity.js';
import { ModelsService } from './models.service.js';
import { BrokenArtifactError, OnnxModel } from './onnx-model.js';
import { noFormerChampion, versionBroken } from './problems.js';
import { Promotion } from './promotion.entity.js';
import { VersionsService } from './versions.service.js';

interface Change {
  readonly kind: 'manual' | 'rollback';
  readonly reason: string;
  readonly decidedBy: string;
}

/** Champions that a person chooses. The processes hear of it and swap as after any promotion. */
@Injectable()
export class ChampionChanges {
  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly models: ModelsService,
    private readonly versions: VersionsService,
  ) {}

  /**
   * The champion may be promoted again: that changes nothing.
   * @returns the row of the ledger that made the version champion
   * @throws Problem 404, or 409 when the version cannot score
   */
  async promote(modelName: string, { version, reason }: PromoteDto, by: string): Promise<PromotionDto> {
    const model = await this.models.get(modelName);
    const { id } = await this.versions.get(modelName, version);
    return this.makeChampion(model, () => Promise.resolve(id), { kind: 'manual', reason, decidedBy: `key ${by}` });
  }

  /** @throws Problem 404, or 409 when there was no champion before, or it cannot score any more */
  async rollback(modelName: string, { reason }: RollbackDto, by: string): Promise<PromotionDto> {
    const model = await this.models.get(modelName);
    const former = async (manager: EntityManager): Promise<number> => {
      const changes = await manager.find(Promotion, {
        where: { modelId: model.id, promoted: true },
        select: { id: true, kind: true, versionId: true },
        order: { id: 'ASC' },
      });
      const id = formerChampion(changes);
      if (id === null) throw noFormerChampion(modelName);
      return id;
    };
    return this.makeChampion(model, former, { kind: 'rollback', reason, decidedBy: `key ${by}` });
  }

  private async makeChampion(
    model: Model,
    choose: (manager: EntityManager) => Promise<number>,
    change: Change,
  ): Promise<PromotionDto> {
    return this.dataSource.transaction(async (manager) => {
      // As a training's end does: changes of one model come one after the other.
      await manager.findOneOrFail(Model, { where: { id: model.id }, lock: { mode: 'pessimistic_write' } });
      const versionId = await choose(manager);
      const champion = await manager.findOneBy(ModelVersion, { modelId: model.id, isChampion: true });
      if (champion?.id !== versionId) {
        await this.prove(manager, model, versionId);
        await manager.update(ModelVersion, { modelId: model.id, isChampion: true }, { isChampion: false });
        await manager.update(ModelVersion, { id: versionId }, { isChampion: true });
        await manager.insert(Promotion, {
          ...change,
          modelId: model.id,
          versionId,
          championId: champion?.id ?? null,
          promoted: true,
        });
        await notify(manager, 'champions', model.name);
      }
      const row = await manager.findOneOrFail(Promotion, {
        where: { modelId: model.id, versionId, promoted: true },
        relations: { version: true, champion: true },
        order: { id: 'DESC' },
      });
      return toPromotion(row);
    });
  }

  /** A version that cannot score must not become champion. @throws Problem 409 */
  private async prove(manager: EntityManager, { definition }: Model, versionId: number): Promise<void> {
    const row = await manager.findOneOrFail(ModelVersion, {
      where: { id: versionId },
      select: { id: true, version: true, encoding: true, artifact: true, artifactSha256: true },
    });
    try {
      const { width } = compileVectoriser(definition, row.encoding);
      await (await OnnxModel.load(row.artifact, row.artifactSha256, width)).unload();
    } catch (cause) {
      if (!(cause instanceof BrokenArtifactError)) throw cause;
      throw versionBroken(row.version, cause);
    }
  }
}
