import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { ModelsService } from '@app/model-registry';
import { Repository } from 'typeorm';
import type { DatasetProfileRow } from '../profiles/dataset-profile.entity.js';
import { DatasetProfilesStore } from '../profiles/dataset-profiles.store.js';
import { noSuchDataset } from '../problems.js';
import { toDatasetDto } from './dataset.dto.js';
import { Dataset } from './dataset.entity.js';
import type { DatasetDetailsDto, DatasetListDto, DatasetListQueryDto } from './dataset-list.dto.js';

/** Data sets as clients see them. */
@Injectable()
export class DatasetCatalogueService {
  constructor(
    @InjectRepository(Dataset) private readonly datasets: Repository<Dataset>,
    private readonly profiles: DatasetProfilesStore,
    private readonly models: ModelsService,
  ) {}

  /** What is older than an id that there is not is nothing. */
  async list({ before, limit }: DatasetListQueryDto): Promise<DatasetListDto> {
    const query = this.datasets
      .createQueryBuilder('dataset')
      .orderBy('dataset.created_at', 'DESC')
      .addOrderBy('dataset.id', 'DESC')
      // One more than asked for tells whether there is another page.
      .limit(limit + 1);
    if (before !== undefined) {
      const place = 'SELECT created_at, id FROM datasets WHERE id = :before';
      query.where(`(dataset.created_at, dataset.id) < (${place})`, { before });
    }
    const rows = await query.getMany();
    const page = rows.slice(0, limit);
    return { datasets: page.map(toDatasetDto), next: rows.length > limit ? (page.at(-1)?.id ?? null) : null };
  }

  /** One data set and its profile, which is ordered where there is none yet. @throws Problem 404 */
  async get(id: string, modelName: string | undefined): Promise<DatasetDetailsDto> {
    const model = modelName === undefined ? null : await this.models.get(modelName);
    const dataset = await this.datasets.findOneBy({ id });
    if (!dataset) throw noSuchDataset(id);
    const row = await this.profiles.order(id, model?.id ?? null);
    return { ...toDatasetDto(dataset), ...profileOf(row), model: row.profile?.model ?? model?.name ?? null };
  }

  /** Has an upload looked at for a model. */
  async orderProfile({ id }: Dataset, modelId: number): Promise<void> {
    await this.profiles.order(id, modelId);
  }
}

function profileOf(row: DatasetProfileRow): Pick<DatasetDetailsDto, 'profile_status' | 'profile' | 'profile_error'> {
  const { profile, status, error, errorCode } = row;
  if (profile !== null) {
    const { model: _model, ...shown } = profile;
    return { profile_status: 'ready', profile: shown, profile_error: null };
  }
  if (status !== 'error') return { profile_status: 'pending', profile: null, profile_error: null };
  return { profile_status: 'error', profile: null, profile_error: { code: errorCode ?? '', message: error ?? '' } };
}
