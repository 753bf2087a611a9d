import { Injectable } from '@nestjs/common';
import { Config } from '@app/config';
import { ModelsService, PoliciesService, VersionsService } from '@app/model-registry';
import { TrainingJobsStore } from '../jobs/training-jobs.store.js';
import { TrainingTrialsStore } from '../jobs/training-trials.store.js';
import { reportFactsOf } from './report-facts-of.js';
import { reportPage } from './report-page.js';

/** Gathers what is stored about a version, for its report. */
@Injectable()
export class ReportService {
  constructor(
    private readonly models: ModelsService,
    private readonly versions: VersionsService,
    private readonly policies: PoliciesService,
    private readonly jobs: TrainingJobsStore,
    private readonly trials: TrainingTrialsStore,
    private readonly config: Config,
  ) {}

  /** An HTML document. @throws Problem 404 */
  async page(modelName: string, number: number): Promise<string> {
    const [model, version, ledger] = await Promise.all([
      this.models.get(modelName),
      this.versions.get(modelName, number),
      this.versions.ledger(modelName),
    ]);
    const promotion = ledger.find(({ kind, versionId }) => kind === 'comparison' && versionId === version.id) ?? null;
    const [job, trials, curve, policy] = await Promise.all([
      this.jobs.find(version.trainingJobId),
      this.trials.of(version.trainingJobId),
      this.versions.thresholdCurve(version.id),
      this.policies.inForce(model.id),
    ]);
    const { fraudThreshold } = this.config;
    return reportPage(reportFactsOf({ model, version, job, promotion, curve, policy, trials, fraudThreshold }));
  }
}
