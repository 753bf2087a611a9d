import { Injectable } from '@nestjs/common';
import type { Principal } from '@app/auth';
import { Problem } from '@app/common';
import { ModelsService, VersionsService } from '@app/model-registry';
import { type Algorithm, resolveParams, XgboostError } from '@app/xgboost';
import { validate as isUuid } from 'uuid';
import { DatasetError } from './data/dataset-error.js';
import { isImport, parseImport } from './data/import-file.js';
import { parseLink } from './data/link.js';
import { DatasetsService } from './datasets/datasets.service.js';
import type { TrainRequestDto } from './dto/train-request.dto.js';
import { toTraining, type TrainingAcceptedDto, type TrainingDto } from './dto/training.dto.js';
import { TrainingJobsStore } from './jobs/training-jobs.store.js';
import { noDataset, noTraining } from './problems.js';

/** Takes training requests in, and tells how they stand. */
@Injectable()
export class TrainingService {
  constructor(
    private readonly models: ModelsService,
    private readonly versions: VersionsService,
    private readonly datasets: DatasetsService,
    private readonly jobs: TrainingJobsStore,
  ) {}

  /** Stores the request; a worker does the rest, also when the queue is away just now. @throws Problem 404, 422 */
  async request(modelName: string, dto: TrainRequestDto, principal: Principal): Promise<TrainingAcceptedDto> {
    const model = await this.models.get(modelName);
    checkParams(dto.algorithm, dto.params);
    const { id, status } = await this.jobs.create({
      modelId: model.id,
      ...(await this.findDataset(dto.dataset)),
      algorithm: dto.algorithm,
      params: dto.params,
      seed: dto.seed,
      requestedBy: principal.name,
    });
    return { id, status };
  }

  /** @throws Problem 404 */
  async get(id: number): Promise<TrainingDto> {
    const job = await this.jobs.find(id);
    if (!job) throw noTraining(id);
    const version = await this.versions.ofTrainingJob(id);
    return toTraining(job, version, version && (await this.versions.promotionOf(version.id)));
  }

  /** Whether a link or a path leads anywhere is the worker's to find out, which fetches it. */
  private async findDataset(dataset: string): Promise<{ datasetId: string | null; datasetUrl: string | null }> {
    if (!isUuid(dataset)) return { datasetId: null, datasetUrl: linkOf(dataset) };
    if (await this.datasets.find(dataset)) return { datasetId: dataset, datasetUrl: null };
    throw noDataset(dataset);
  }
}

function linkOf(dataset: string): string {
  try {
    return isImport(dataset) ? `file:${parseImport(dataset).join('/')}` : parseLink(dataset).href;
  } catch (error) {
    if (error instanceof DatasetError) throw Problem.invalid([{ path: 'dataset', message: error.message }]);
    throw error;
  }
}

function checkParams(algorithm: Algorithm, params: Record<string, number>): void {
  try {
    resolveParams(algorithm, params);
  } catch (error) {
    if (error instanceof XgboostError) throw Problem.invalid([{ path: 'params', message: error.message }]);
    throw error;
  }
}
