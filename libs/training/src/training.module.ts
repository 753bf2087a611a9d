import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ModelRegistryModule } from '@app/model-registry';
import { Dataset } from './datasets/dataset.entity.js';
import { DatasetCatalogueService } from './datasets/dataset-catalogue.service.js';
import { DatasetsController } from './datasets/datasets.controller.js';
import { DatasetsService } from './datasets/datasets.service.js';
import { UploadService } from './datasets/upload.service.js';
import { TrainingJob } from './jobs/training-job.entity.js';
import { TrainingJobMetrics } from './jobs/training-job-metrics.js';
import { TrainingJobsStore } from './jobs/training-jobs.store.js';
import { TrainingTrial } from './jobs/training-trial.entity.js';
import { TrainingTrialsStore } from './jobs/training-trials.store.js';
import { DatasetProfileRow } from './profiles/dataset-profile.entity.js';
import { DatasetProfilesStore } from './profiles/dataset-profiles.store.js';
import { ProfileWorker } from './profiles/profile-worker.js';
import { TrainingOutbox } from './queue/training-outbox.js';
import { TrainingQueueModule } from './queue/training-queue.module.js';
import { TrainingProcessor } from './queue/training.processor.js';
import { ReportController } from './report/report.controller.js';
import { ReportService } from './report/report.service.js';
import { ChampionComparison } from './runner/champion-comparison.js';
import { TrainingDurations } from './runner/training-durations.js';
import { TrainingRunner } from './runner/training-runner.js';
import { TrainingController } from './training.controller.js';
import { TrainingService } from './training.service.js';

/** Data sets and jobs in the database and on disk: what both sides of the queue need. */
@Module({
  imports: [TypeOrmModule.forFeature([Dataset, DatasetProfileRow, TrainingJob, TrainingTrial]), ModelRegistryModule],
  providers: [DatasetProfilesStore, DatasetsService, TrainingJobMetrics, TrainingJobsStore, TrainingTrialsStore],
  exports: [
    DatasetProfilesStore,
    DatasetsService,
    TrainingJobsStore,
    TrainingTrialsStore,
    ModelRegistryModule,
    TypeOrmModule,
  ],
})
class TrainingStoreModule {}

/** The API's side: takes files and requests in, tells how they stand. */
@Module({
  imports: [TrainingStoreModule],
  controllers: [DatasetsController, TrainingController, ReportController],
  providers: [DatasetCatalogueService, ReportService, UploadService, TrainingService],
  exports: [TrainingService],
})
export class TrainingModule {}

/** The worker's side: runs the jobs. */
@Module({
  imports: [TrainingStoreModule, TrainingQueueModule],
  providers: [ProfileWorker, TrainingOutbox, TrainingProcessor, TrainingDurations, ChampionComparison, TrainingRunner],
})
export class TrainingWorkerModule {}
