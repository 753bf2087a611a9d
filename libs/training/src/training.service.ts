import { Injectable } from '@nestjs/common';
import type { Principal } from '@app/auth';
import { Problem, type ProblemField } from '@app/common';
import type { ModelDefinition } from '@app/features';
import { ModelsService, VersionsService } from '@app/model-registry';
import { type Algorithm, resolveParams, XgboostError } from '@app/xgboost';
import { validate as isUuid } from 'uuid';
import { DatasetError } from './data/dataset-error.js';
import { isImport, parseImport } from './data/import-file.js';
import { parseLink } from './data/link.js';
import { DatasetsService } from './datasets/datasets.service.js';
import { toOptions, TrainRequestDto } from './dto/train-request.dto.js';
import { toTraining, type TrainingAcceptedDto, type TrainingDto } from './dto/training.dto.js';
import { TrainingJobsStore } from './jobs/training-jobs.store.js';
import { TrainingTrialsStore } from './jobs/training-trials.store.js';
import { checkMonotone } from './monotone.js';
import { noDataset, noTraining } from './problems.js';

const MAX_SHARE_HELD_BACK = 0.8;

/** Takes training requests in, and tells how they stand. */
@Injectable()
export class TrainingService {
  constructor(
    private readonly models: ModelsService,
    private readonly versions: VersionsService,
    private readonly datasets: DatasetsService,
    private readonly jobs: TrainingJobsStore,
    private readonly trials: TrainingTrialsStore,
  ) {}

  /** Stores the request; a worker does the rest, also when the queue is away just now. @throws Problem 404, 422 */
  async request(
    modelName: string,
    request: Pick<TrainRequestDto, 'dataset'> & Partial<TrainRequestDto>,
    principal: Principal,
  ): Promise<TrainingAcceptedDto> {
    const model = await this.models.get(modelName);
    const dto = Object.assign(new TrainRequestDto(), request);
    checkParams(dto.algorithm, dto.params);
    const misfits = [
      ...checkMonotone(dto.monotone, dto.algorithm, model.definition),
      ...checkSplit(dto, model.definition),
    ];
    if (misfits.length > 0) throw Problem.invalid(misfits);
    const { id, status } = await this.jobs.create({
      modelId: model.id,
      ...(await this.findDataset(dto.dataset)),
      algorithm: dto.algorithm,
      params: dto.params,
      seed: dto.seed,
      options: toOptions(dto),
      requestedBy: principal.name,
    });
    return { id, status };
  }

  /** @throws Problem 404 */
  async get(id: number): Promise<TrainingDto> {
    const job = await this.jobs.find(id);
    if (!job) throw noTraining(id);
    const version = await this.versions.ofTrainingJob(id);
    const promotion = version && (await this.versions.promotionOf(version.id));
    return toTraining(job, await this.trials.of(id), version, promotion);
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

/** Something must be left to train on, and a method needs its column. */
function checkSplit(
  { split, entity_column: entity }: TrainRequestDto,
  { timeColumn }: ModelDefinition,
): ProblemField[] {
  const { calibration_share: calibration, holdout_share: holdout, method } = split;
  const misfits: ProblemField[] = [];
  if (calibration + holdout > MAX_SHARE_HELD_BACK) {
    const message = `and split.calibration_share must add up to at most ${MAX_SHARE_HELD_BACK}`;
    misfits.push({ path: 'split.holdout_share', message });
  }
  if (method === 'grouped' && entity === null) {
    misfits.push({ path: 'entity_column', message: 'must name the column to group by, as split.method is grouped' });
  }
  if (method === 'by_time' && timeColumn === null) {
    misfits.push({ path: 'split.method', message: 'by_time needs a model with a time_column: take another method' });
  }
  return misfits;
}

function checkParams(algorithm: Algorithm, params: Record<string, number>): void {
  try {
    resolveParams(algorithm, params);
  } catch (error) {
    if (error instanceof XgboostError) throw Problem.invalid([{ path: 'params', message: error.message }]);
    throw error;
  }
}
