import { Injectable } from '@nestjs/common';
import { Problem, type ProblemField } from '@app/common';
import { MAX_NAME_LENGTH } from '@app/features';
import { type Model, ModelsService } from '@app/model-registry';
import type { FastifyRequest } from 'fastify';
import { DatasetError } from '../data/dataset-error.js';
import { brokenMultipart, noFile, noModelToFit, unusableUpload } from '../problems.js';
import { DatasetCatalogueService } from './dataset-catalogue.service.js';
import type { Dataset } from './dataset.entity.js';
import { type DatasetDto, toDatasetDto } from './dataset.dto.js';
import { DatasetsService } from './datasets.service.js';

const MAX_SOURCE_LENGTH = 255;

/** What the parser refuses by itself, with 400, 406 or 413; but it is the body that does not fit. */
const UNFIT: ReadonlyMap<unknown, ProblemField> = new Map([
  [
    'FST_INVALID_JSON_FIELD_ERROR',
    { path: 'simulated', message: 'must be true or false, without a Content-Type of its own' },
  ],
  ['FST_FILES_LIMIT', { path: 'file', message: 'send one file, in the field "file"' }],
  ['FST_FIELDS_LIMIT', { path: '', message: 'must hold "simulated", "model" and "file" alone' }],
  ['FST_PROTO_VIOLATION', { path: '', message: 'must hold "simulated", "model" and "file" alone' }],
]);

/** Takes a multipart body apart. */
@Injectable()
export class UploadService {
  constructor(
    private readonly datasets: DatasetsService,
    private readonly catalogue: DatasetCatalogueService,
    private readonly models: ModelsService,
  ) {}

  /** @throws Problem 415, 413, 422 */
  async upload(request: FastifyRequest): Promise<DatasetDto> {
    if (!request.isMultipart()) {
      throw new Problem(415, 'unsupported_media_type', 'Send multipart/form-data with the file in the field "file".');
    }
    let simulated = false;
    let model: Model | undefined;
    let dataset: Dataset | undefined;
    for await (const part of partsOf(request)) {
      if (part.type === 'file' && part.fieldname === 'file' && !dataset) {
        const source = shownName(part.filename);
        dataset = await this.datasets.receive(part.file, source, simulated).catch(asProblem);
      } else if (part.type === 'file') {
        part.file.resume();
        throw Problem.invalid([{ path: nameOf(part), message: 'send one file, in the field "file"' }]);
      } else if (part.fieldname === 'simulated' && !dataset) {
        simulated = readFlag(part.value);
      } else if (part.fieldname === 'model' && !dataset) {
        model = await this.modelCalled(part.value);
      } else {
        const place =
          part.fieldname === 'simulated' || part.fieldname === 'model'
            ? 'must come before the field "file"'
            : 'is not a field of an upload';
        throw Problem.invalid([{ path: nameOf(part), message: place }]);
      }
    }
    if (!dataset) throw noFile();
    if (model) await this.catalogue.orderProfile(dataset, model.id);
    return toDatasetDto(dataset);
  }

  /** @throws Problem 422 */
  private async modelCalled(name: unknown): Promise<Model> {
    const shown = typeof name === 'string' ? name.slice(0, MAX_NAME_LENGTH) : '';
    const model = (await this.models.list()).find((each) => each.name === name);
    if (!model) throw noModelToFit(shown);
    return model;
  }
}

/** @throws Problem 422 for a body that is no whole multipart body */
async function* partsOf(request: FastifyRequest): ReturnType<FastifyRequest['parts']> {
  try {
    yield* request.parts();
  } catch (error) {
    const unfit = error instanceof Error && 'code' in error ? UNFIT.get(error.code) : undefined;
    if (unfit) throw Problem.invalid([unfit]);
    if (error instanceof Error && 'statusCode' in error) throw error;
    throw brokenMultipart(error);
  }
}

/** A part need not have a name, whatever its type says. */
function nameOf({ fieldname }: { fieldname: unknown }): string {
  return typeof fieldname === 'string' ? fieldname.slice(0, MAX_NAME_LENGTH) : '';
}

/** A client's file name as people see it: never a path of ours. */
function shownName(name: string): string {
  const clean = Buffer.from(name)
    .toString()
    .replace(/\p{Cc}/gu, '')
    .trim();
  return clean.slice(0, MAX_SOURCE_LENGTH) || 'upload';
}

function readFlag(value: unknown): boolean {
  if (value === 'true') return true;
  if (value === 'false') return false;
  throw Problem.invalid([{ path: 'simulated', message: 'must be true or false' }]);
}

function asProblem(error: unknown): never {
  // The parser's words for it, heard by whoever reads the file when the body ends too early.
  if (error instanceof Error && /unexpected end of multipart data$/i.test(error.message)) throw brokenMultipart(error);
  if (!(error instanceof DatasetError)) throw error;
  throw unusableUpload(error);
}
