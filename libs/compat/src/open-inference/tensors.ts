import { Problem } from '@app/common';
import { isTransaction } from '@app/features';
import { MAX_BATCH } from '@app/scoring';

/** Which values each datatype of the protocol takes. */
const TAKES = {
  BOOL: (value: unknown) => typeof value === 'boolean',
  UINT8: Number.isInteger,
  UINT16: Number.isInteger,
  UINT32: Number.isInteger,
  UINT64: Number.isInteger,
  INT8: Number.isInteger,
  INT16: Number.isInteger,
  INT32: Number.isInteger,
  INT64: Number.isInteger,
  FP16: (value: unknown) => typeof value === 'number',
  FP32: (value: unknown) => typeof value === 'number',
  FP64: (value: unknown) => typeof value === 'number',
  BYTES: (value: unknown) => typeof value === 'string',
} as const;

export type Datatype = keyof typeof TAKES;

/** One named tensor with its data in row-major order. Null stands for a missing value. */
export interface Tensor {
  readonly name: string;
  readonly datatype: Datatype;
  readonly shape: readonly number[];
  readonly data: readonly unknown[];
}

/** A tensor of a request, data flat or nested as its shape. @throws Problem 422 */
export function readTensor(value: unknown, path: string): Tensor {
  if (!isTransaction(value)) throw invalid(path, 'must be {"name", "shape", "datatype", "data"}');
  const { name, datatype, shape, data } = value;
  if (typeof name !== 'string' || name === '') throw invalid(`${path}.name`, 'must be a text');
  if (!isDatatype(datatype)) {
    throw invalid(`${path}.datatype`, `must be one of ${Object.keys(TAKES).join(', ')}`);
  }
  if (!isShape(shape)) throw invalid(`${path}.shape`, 'must be [n] or [n, features]: one or two whole numbers from 0');
  if (!Array.isArray(data)) throw invalid(`${path}.data`, 'must be a list');
  const [rows = 0] = shape;
  if (rows > MAX_BATCH)
    throw invalid(`${path}.shape`, `must have at most ${MAX_BATCH} rows, got ${rows}: send them in parts`);
  const size = shape.reduce((product, length) => product * length, 1);
  const nested = shape.length > 1 && data.length <= size && data.some(Array.isArray);
  const flat: unknown[] = nested ? data.flat() : data;
  if (flat.length !== size) {
    throw invalid(`${path}.data`, `must hold ${size} values for the shape [${shape.join(', ')}], got ${flat.length}`);
  }
  const wrong = flat.findIndex((element) => element !== null && !TAKES[datatype](element));
  if (wrong >= 0) throw invalid(`${path}.data`, `value ${wrong} is not of the datatype ${datatype}`);
  return { name, datatype, shape, data: flat };
}

function isDatatype(value: unknown): value is Datatype {
  return typeof value === 'string' && Object.hasOwn(TAKES, value);
}

function isShape(value: unknown): value is readonly number[] {
  return (
    Array.isArray(value) &&
    (value.length === 1 || value.length === 2) &&
    value.every((length) => Number.isSafeInteger(length) && length >= 0)
  );
}

function invalid(path: string, message: string): Problem {
  return Problem.invalid([{ path, message }]);
}
