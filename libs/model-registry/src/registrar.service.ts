import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { notify } from '@app/database';
import type { MetricName } from '@app/features';
import { DataSource, type EntityManager } from 'typeorm';
import { Model } from './model.entity.js';
import { ModelVersion } from './model-version.entity.js';
import { Promotion } from './promotion.entity.js';
import { type ChampionFigure, decidePromotion } from './promotion-policy.js';

/** A trained version that is not stored yet. */
export type Challenger = Pick<
  ModelVersion,
  | 'modelId'
  | 'trainingJobId'
  | 'algorithm'
  | 'encoding'
  | 'featureStatistics'
  | 'metrics'
  | 'importances'
  | 'lineage'
  | 'artifact'
  | 'artifactSha256'
  | 'booster'
>;

/** The champion that the challenger was compared with, and its figure on the challenger's holdout. */
export type ComparedWith = { readonly championId: number; readonly value: ChampionFigure } | null;

/** Stores new versions and decides who is champion. */
@Injectable()
export class Registrar {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Stores the version, decides, and writes the ledger, in one transaction with `finish`.
   * @returns false, with nothing stored, when another version has become champion since the comparison: compare again
   */
  async register(
    challenger: Challenger,
    metric: MetricName,
    comparedWith: ComparedWith,
    finish: (manager: EntityManager) => Promise<void>,
  ): Promise<boolean> {
    return this.dataSource.transaction(async (manager) => {
      // Trainings of one model that end together come in one after the other.
      const model = await manager.findOneOrFail(Model, {
        where: { id: challenger.modelId },
        lock: { mode: 'pessimistic_write' },
      });
      const champion = await manager.findOneBy(ModelVersion, { modelId: model.id, isChampion: true });
      if ((champion?.id ?? null) !== (comparedWith?.championId ?? null)) return false;

      const challengerValue = challenger.metrics[metric];
      const verdict = decidePromotion({
        metric,
        challenger: challengerValue,
        champion: comparedWith?.value ?? null,
        simulatedAgainstReal: challenger.lineage.dataset.simulated && champion?.lineage.dataset.simulated === false,
      });
      if (verdict.promoted)
        await manager.update(ModelVersion, { modelId: model.id, isChampion: true }, { isChampion: false });
      const championValue = typeof comparedWith?.value === 'number' ? comparedWith.value : null;
      const last = await manager.maximum(ModelVersion, 'version', { modelId: model.id });
      const version = await manager.save(
        manager.create(ModelVersion, { ...challenger, version: (last ?? 0) + 1, isChampion: verdict.promoted }),
      );
      await manager.insert(Promotion, {
        modelId: model.id,
        versionId: version.id,
        kind: 'comparison',
        championId: championValue === null ? null : (comparedWith?.championId ?? null),
        promoted: verdict.promoted,
        metric,
        challengerValue,
        championValue,
        holdoutRows: challenger.metrics.rows,
        holdoutFrauds: challenger.metrics.frauds,
        reason: verdict.reason,
        decidedBy: `training ${challenger.trainingJobId}`,
      });
      await finish(manager);
      if (verdict.promoted) await notify(manager, 'champions', model.name);
      return true;
    });
  }
}
