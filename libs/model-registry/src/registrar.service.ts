import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { notify } from '@app/database';
import { DataSource, type EntityManager } from 'typeorm';
import { Model } from './model.entity.js';
import { ModelVersion } from './model-version.entity.js';
import type { PairedComparison } from './paired-comparison.js';
import { unmetBy } from './policies/cut-offs.js';
import { PolicyVersion } from './policies/decision-policy.entity.js';
import { Promotion } from './promotion.entity.js';
import { decidePromotion } from './promotion-policy.js';
import { promotionSettingsOf } from './promotion-settings.js';

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
  | 'calibration'
  | 'thresholdCurve'
>;

/** The champion that the challenger was compared with, and how that came out; null: there is none. */
export type ComparedWith = { readonly championId: number; readonly result: PairedComparison | 'broken' } | null;

/** What is known of the training data besides. */
export interface Doubts {
  /** Features that nearly equal the label. */
  readonly leaks: readonly string[];
}

/** Stores new versions and decides who is champion. */
@Injectable()
export class Registrar {
  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /**
   * Stores the version, decides, and writes the ledger, in one transaction with `finish`.
   * @returns false, with nothing stored, when another version has become champion or another confidence was set since the
   * comparison: compare again
   */
  async register(
    challenger: Challenger,
    comparedWith: ComparedWith,
    { leaks }: Doubts,
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

      const settings = promotionSettingsOf(model);
      const compared = comparedWith && comparedWith.result !== 'broken' ? comparedWith.result : null;
      if (compared && compared.confidence !== settings.confidence) return false;
      const policy = await manager.findOneOrFail(PolicyVersion, {
        where: { modelId: model.id },
        order: { version: 'DESC' },
      });
      const { lineage, metrics } = challenger;
      const verdict = decidePromotion({
        settings,
        result: comparedWith?.result ?? null,
        holdoutFrauds: metrics.frauds,
        features: { challenger: lineage.features, champion: champion?.lineage.features ?? null },
        simulatedAgainstReal: lineage.dataset.simulated && champion?.lineage.dataset.simulated === false,
        unmet: unmetBy(policy.spec, challenger.thresholdCurve),
        leaks,
      });
      if (verdict.promoted)
        await manager.update(ModelVersion, { modelId: model.id, isChampion: true }, { isChampion: false });
      const last = await manager.maximum(ModelVersion, 'version', { modelId: model.id });
      const version = await manager.save(
        manager.create(ModelVersion, { ...challenger, version: (last ?? 0) + 1, isChampion: verdict.promoted }),
      );
      const { metric } = model.definition;
      await manager.insert(Promotion, {
        modelId: model.id,
        versionId: version.id,
        kind: 'comparison',
        championId: compared && (champion?.id ?? null),
        promoted: verdict.promoted,
        metric,
        challengerValue: compared?.challenger ?? metrics[metric],
        championValue: compared?.champion ?? null,
        holdoutRows: metrics.rows,
        holdoutFrauds: metrics.frauds,
        evidence: {
          settings,
          comparison: compared,
          guards: verdict.guards,
          holdout: { rows: metrics.rows, frauds: metrics.frauds, dataset_sha256: lineage.dataset.sha256 },
          leaks,
        },
        reason: verdict.reason,
        decidedBy: `training ${challenger.trainingJobId}`,
      });
      await finish(manager);
      if (verdict.promoted) await notify(manager, 'champions', model.name);
      return true;
    });
  }
}
