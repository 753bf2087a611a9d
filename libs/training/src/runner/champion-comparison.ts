import { Injectable, Logger } from '@nestjs/common';
import { errorText } from '@app/common';
import { Config } from '@app/config';
import { compileVectoriser } from '@app/features';
import {
  BrokenArtifactError,
  type ComparedWith,
  ModelsService,
  promotionSettingsOf,
  VersionsService,
} from '@app/model-registry';
import type { LabelledTable } from '../data/read-table.js';
import type { TrainingJob } from '../jobs/training-job.entity.js';
import { compareOnHoldout } from '../metrics/compare-on-holdout.js';
import { predictWith } from './exported.js';
import { factsOf, partOf } from './parts.js';

/** A challenger's rows and what it says of them. */
export interface Holdout {
  readonly data: LabelledTable;
  readonly rows: Uint32Array;
  readonly probabilities: Float32Array;
}

/** Scores the champion on the very rows that the challenger was measured on, and compares the two. */
@Injectable()
export class ChampionComparison {
  private readonly logger = new Logger(ChampionComparison.name);

  constructor(
    private readonly models: ModelsService,
    private readonly versions: VersionsService,
    private readonly config: Config,
  ) {}

  /**
   * At the confidence that is set now: a person may have changed it since the training began.
   * @returns null where there is no champion. @throws the signal's reason
   */
  async compare(job: TrainingJob, { data, rows, probabilities }: Holdout, signal: AbortSignal): Promise<ComparedWith> {
    const champion = await this.versions.findChampion(job.modelId);
    if (!champion || !job.model) return null;
    const { definition, name } = job.model;
    const { confidence } = promotionSettingsOf(await this.models.get(name));
    const vectoriser = compileVectoriser(definition, champion.encoding);
    try {
      const { matrix } = await partOf(data, vectoriser, rows, signal);
      const result = await compareOnHoldout(
        factsOf(data, rows),
        probabilities,
        await predictWith(champion, vectoriser.width, matrix, rows.length),
        {
          metric: definition.metric,
          threshold: this.config.fraudThreshold,
          confidence,
          seed: job.seed,
          signal,
        },
      );
      return { championId: champion.id, result };
    } catch (error) {
      if (!(error instanceof BrokenArtifactError)) throw error;
      this.logger.error(`${name}: the champion, version ${champion.version}, is broken`, errorText(error));
      return { championId: champion.id, result: 'broken' };
    }
  }
}
