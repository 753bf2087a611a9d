import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { errorText, isDatabaseAway, isOutage, onceDatabaseIsBack } from '@app/common';
import { Config } from '@app/config';
import { applyPolicy, type Lineage, PoliciesService, Registrar } from '@app/model-registry';
import { openXgboost } from '@app/xgboost';
import { findLeaks } from '../data/find-leaks.js';
import { type LabelledTable, readTable } from '../data/read-table.js';
import type { Dataset } from '../datasets/dataset.entity.js';
import { DatasetsService } from '../datasets/datasets.service.js';
import type { TrainingJob } from '../jobs/training-job.entity.js';
import { JobLost, MAX_ATTEMPTS, TrainingJobsStore } from '../jobs/training-jobs.store.js';
import { optionsOf } from '../jobs/training-options.js';
import { TrainingTrialsStore } from '../jobs/training-trials.store.js';
import { ChampionComparison } from './champion-comparison.js';
import { costsOf } from './costs-of.js';
import { explainError } from './explain-error.js';
import { libraryVersions } from './library-versions.js';
import type { TrainingErrorCode } from './training-error-codes.js';
import { union } from './parts.js';
import { trainChallenger, type TrainedModel } from './train-challenger.js';
import { TrainingDurations, type TrainingOutcome } from './training-durations.js';
import { TrainingProgress } from './training-progress.js';

/** The worker is being stopped; the job goes back. */
class WorkerStopped extends Error {}

/** Runs one training job from its row to a stored version, or to an error that the one who asked can act on. */
@Injectable()
export class TrainingRunner implements OnModuleDestroy {
  private readonly logger = new Logger(TrainingRunner.name);
  private stopping = false;
  private readonly running = new Map<AbortController, Promise<void>>();

  constructor(
    private readonly jobs: TrainingJobsStore,
    private readonly datasets: DatasetsService,
    private readonly trials: TrainingTrialsStore,
    private readonly policies: PoliciesService,
    private readonly comparison: ChampionComparison,
    private readonly registrar: Registrar,
    private readonly durations: TrainingDurations,
    private readonly config: Config,
  ) {}

  /** Resolves when the job has ended one way or the other, or was given back; rejects when it will be taken for lost. */
  async run(id: number): Promise<void> {
    const job = await this.jobs.claim(id);
    if (!job) return;
    if (this.stopping) {
      await this.jobs.release(job);
      return;
    }
    if (job.attempts > MAX_ATTEMPTS) {
      const message = `The worker died ${MAX_ATTEMPTS} times during this training; it may need more memory.`;
      await this.fail(job, 'worker_died', message);
      return;
    }
    const abort = new AbortController();
    const run = this.runClaimed(job, abort);
    this.running.set(abort, run);
    try {
      await run;
    } finally {
      this.running.delete(abort);
    }
  }

  /** Before the connections close: running jobs are given back, for another worker or the next start. */
  async onModuleDestroy(): Promise<void> {
    this.stopping = true;
    const runs = [...this.running];
    for (const [abort] of runs) abort.abort(new WorkerStopped('the worker is being stopped'));
    await Promise.allSettled(runs.map(([, run]) => run));
  }

  private async runClaimed(job: TrainingJob, abort: AbortController): Promise<void> {
    this.logger.log(`training ${job.id}: begins, attempt ${job.attempts}`);
    const progress = new TrainingProgress(this.jobs, job, abort);
    const span = this.durations.begin();
    let outcome: TrainingOutcome = 'interrupted';
    try {
      await this.train(job, progress, abort.signal);
      outcome = 'processed';
      this.logger.log(`training ${job.id}: done in ${sum(progress.elapsed()).toFixed(1)} s`);
    } catch (error) {
      outcome = await this.end(job, abort.signal.aborted ? abort.signal.reason : error, abort.signal);
    } finally {
      progress.stop();
      this.durations.end(span, job, outcome, progress.elapsed());
    }
  }

  private async train(job: TrainingJob, progress: TrainingProgress, signal: AbortSignal): Promise<void> {
    const definition = job.model?.definition;
    if (!definition) throw new Error(`training ${job.id} was read without its model`);
    const options = optionsOf(job.options);
    const { spec: policy } = await this.policies.inForce(job.modelId);
    const costs = costsOf(policy);
    const costColumn = options.cost_column ?? costs?.column ?? null;
    const dataset = await this.fetch(job, progress, signal);
    progress.enter('reading');
    const data = await readTable(this.datasets.pathOf(dataset), definition, {
      threads: this.config.trainingThreads,
      tempDirectory: this.config.datasets,
      columns: { weight: options.weight_column, entity: options.entity_column, cost: costColumn },
      signal,
    });

    const xgboost = openXgboost(this.config.xgboostLibrary ?? undefined);
    const { fraudThreshold, trainingThreads: threads } = this.config;
    const trained = await trainChallenger(
      xgboost,
      data,
      {
        definition,
        algorithm: job.algorithm,
        params: job.params,
        options,
        seed: job.seed,
        threads,
        threshold: fraudThreshold,
        cutOffs: (curve) => applyPolicy(policy, curve, fraudThreshold).cutOffs,
        costColumn,
        costs,
      },
      {
        onSearching: () => {
          progress.enter('searching');
        },
        onTrial: (trial) => this.trials.record(job.id, trial),
        onTraining: () => {
          progress.enter('training');
        },
        onProgress: (fraction) => {
          progress.advance(fraction);
        },
        onEvaluating: () => {
          progress.enter('evaluating');
        },
        signal,
      },
    );
    const { split } = trained;
    const lineage: Lineage = {
      dataset: {
        id: dataset.id,
        sha256: dataset.sha256,
        source: dataset.source,
        simulated: dataset.simulated,
        rows: data.rows,
        frauds: data.frauds,
      },
      features: definition.features,
      split: {
        method: split.method,
        train_rows: split.train.length,
        calibration_rows: split.calibration.length,
        holdout_rows: split.holdout.length,
        dropped_rows: split.dropped,
      },
      params: trained.params,
      options: { ...options },
      rounds: trained.rounds,
      calibration: trained.calibration,
      seed: job.seed,
      threads,
      libraries: libraryVersions(xgboost),
      seconds: progress.elapsed(),
      export_difference: trained.exportDifference,
    };
    await this.register(job, data, trained, lineage, signal);
  }

  private async fetch(job: TrainingJob, progress: TrainingProgress, signal: AbortSignal): Promise<Dataset> {
    if (job.datasetId !== null) {
      const dataset = await this.datasets.find(job.datasetId);
      if (dataset) return dataset;
    }
    return this.datasets.fetch(job.datasetUrl ?? '', {
      signal,
      onProgress: (bytes, total) => {
        if (total) progress.advance(bytes / total);
      },
    });
  }

  /** Compares with the champion; once more when another version has become champion, or the confidence was changed, meanwhile. */
  private async register(
    job: TrainingJob,
    data: LabelledTable,
    { version, split, probabilities }: TrainedModel,
    lineage: Lineage,
    signal: AbortSignal,
  ): Promise<void> {
    if (!job.model) throw new Error(`training ${job.id} was read without its model`);
    const challenger = { ...version, modelId: job.modelId, trainingJobId: job.id, lineage };
    const leaks = await findLeaks(job.model.definition, data, union(split.train, split.calibration), signal);
    const holdout = { data, rows: split.holdout, probabilities };
    let stored = false;
    while (!stored) {
      signal.throwIfAborted();
      const comparedWith = await this.comparison.compare(job, holdout, signal);
      stored = await this.registrar.register(
        challenger,
        comparedWith,
        { leaks: leaks.map(({ feature }) => feature) },
        (manager) => this.jobs.finish(manager, job, lineage.dataset.id),
      );
    }
  }

  /** @returns how the job has ended here: it may go on elsewhere */
  private async end(job: TrainingJob, error: unknown, signal: AbortSignal): Promise<TrainingOutcome> {
    if (error instanceof WorkerStopped) {
      await this.jobs.release(job);
      this.logger.log(`training ${job.id}: given back, ${error.message}`);
      return 'interrupted';
    }
    if (error instanceof JobLost) {
      this.logger.warn(error.message);
      return 'interrupted';
    }
    if (isDatabaseAway(error)) {
      this.logger.warn(`training ${job.id} ended while the database was away; it will run again`);
      // The job itself may have filled the disk: the row stays as it is, is soon taken for waiting, and the attempt counts.
      if (!isOutage(error)) throw error;
      // Without this, a job that meets three restarts of PostgreSQL would be given up.
      await onceDatabaseIsBack(() => this.jobs.release(job), signal);
      return 'interrupted';
    }
    const { code, message } = explainError(error);
    await this.fail(job, code, message, error);
    return 'error';
  }

  /** The log has the code: the message may quote the file. */
  private async fail(job: TrainingJob, code: TrainingErrorCode, message: string, error?: unknown): Promise<void> {
    const what = `training ${job.id}: failed, ${code}`;
    if (code === 'internal_error') this.logger.error(what, errorText(error));
    else this.logger.warn(what);
    await this.jobs.fail(job, code, message);
  }
}

function sum(seconds: Readonly<Record<string, number>>): number {
  return Object.values(seconds).reduce((total, each) => total + each, 0);
}
