import { Problem } from '@app/common';
import { type DatasetError } from './data/dataset-error.js';

/** 404 */
export function noTraining(id: number): Problem {
  return Problem.notFound(`The training ${id}`);
}

/** 404, where a path names it */
export function noSuchDataset(id: string): Problem {
  return Problem.notFound(`The data set ${id}`);
}

/** 422, where a body names it */
export function noDataset(id: string): Problem {
  return Problem.invalid([
    { path: 'dataset', message: `there is no data set ${id}; upload one with POST /v1/datasets` },
  ]);
}

/** 422: an upload names a model that there is not. */
export function noModelToFit(name: string): Problem {
  return Problem.invalid([{ path: 'model', message: `there is no model "${name}"; GET /v1/models lists them` }]);
}

/** 413, 422: what is wrong with an upload's file. */
export function unusableUpload({ code, message }: DatasetError): Problem {
  if (code === 'too_large') return new Problem(413, code, message);
  return new Problem(422, code, message, { errors: [{ path: 'file', message }] });
}

/** 422 */
export function brokenMultipart(cause?: unknown): Problem {
  return new Problem(422, 'broken_multipart', 'The multipart body is broken or breaks off; send it again.', { cause });
}

/** 422 */
export function noFile(): Problem {
  return Problem.invalid([{ path: 'file', message: 'is required: the training file' }]);
}
