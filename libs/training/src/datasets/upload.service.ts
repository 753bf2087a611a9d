import { Injectable } from '@nestjs/common';
import { Problem } from '@app/common';
import type { FastifyRequest } from 'fastify';
import { DatasetError } from '../data/dataset-error.js';
import type { Dataset } from './dataset.entity.js';
import { type DatasetDto, toDatasetDto } from './dataset.dto.js';
import { DatasetsService } from './datasets.service.js';

const MAX_SOURCE_LENGTH = 255;

/** Takes a multipart body apart. */
@Injectable()
export class UploadService {
  constructor(private readonly datasets: DatasetsService) {}

  /** @throws Problem 415, 413, 422 */
  async upload(request: FastifyRequest): Promise<DatasetDto> {
    if (!request.isMultipart()) {
      throw new Problem(415, 'unsupported_media_type', 'Send multipart/form-data with the file in the field "file".');
    }
    let simulated = false;
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
      } else {
        const place =
          part.fieldname === 'simulated' ? 'must come before the field "file"' : 'is not a field of an upload';
        throw Problem.invalid([{ path: nameOf(part), message: place }]);
      }
    }
    if (!dataset) throw Problem.invalid([{ path: 'file', message: 'is required: the training file' }]);
    return toDatasetDto(dataset);
  }
}

/** @throws Problem 422 for a body that is no whole multipart body */
async function* partsOf(request: FastifyRequest): ReturnType<FastifyRequest['parts']> {
  try {
    yield* request.parts();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'FST_INVALID_JSON_FIELD_ERROR') {
      throw Problem.invalid([
        { path: 'simulated', message: 'must be true or false, without a Content-Type of its own' },
      ]);
    }
    if (error instanceof Error && 'statusCode' in error) throw error;
    throw brokenMultipart(error);
  }
}

/** A part need not have a name, whatever its type says. */
function nameOf({ fieldname }: { fieldname: unknown }): string {
  return typeof fieldname === 'string' ? fieldname : '';
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

function brokenMultipart(cause: unknown): Problem {
  return new Problem(422, 'broken_multipart', 'The multipart body is broken or breaks off; send it again.', { cause });
}

function asProblem(error: unknown): never {
  // The parser's word for it, heard by whoever reads the file when the body ends too early.
  if (error instanceof Error && error.message === 'Unexpected end of multipart data') throw brokenMultipart(error);
  if (!(error instanceof DatasetError)) throw error;
  if (error.code === 'too_large') throw new Problem(413, error.code, error.message);
  throw new Problem(422, error.code, error.message, { errors: [{ path: 'file', message: error.message }] });
}
