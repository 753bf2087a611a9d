import { isTransaction } from '@app/features';
import { assertBatchSize } from '@app/scoring';
import { invalid } from '../invalid.js';
import { DATATYPES, findMisfit, isDatatype } from './datatypes.js';

/** One named tensor with its data in row-major order. Null stands for a missing value. */
export interface Tensor {
  readonly name: string;
  /** One or two lengths, the first of them the rows. */
  readonly shape: readonly number[];
  readonly data: readonly unknown[];
}

/** A tensor of a request, data flat or nested as its shape. Lengths come before contents. @throws Problem 422 */
export function readTensor(value: unknown, path: string): Tensor {
  if (!isTransaction(value)) throw invalid(path, 'must be {"name", "shape", "datatype", "data"}');
  const { name, datatype, shape, data } = value;
  if (typeof name !== 'string' || name === '') throw invalid(`${path}.name`, 'must be a text');
  if (!isDatatype(datatype)) throw invalid(`${path}.datatype`, `must be one of ${DATATYPES.join(', ')}`);
  if (!isShape(shape)) throw invalid(`${path}.shape`, 'must be [n] or [n, features]: one or two whole numbers from 0');
  const [rows = 0, width] = shape;
  assertBatchSize({ length: rows }, path);
  if (!Array.isArray(data)) throw invalid(`${path}.data`, 'must be a list');
  const flat = flatten(data, rows, width, `${path}.data`);
  const wrong = findMisfit(flat, datatype);
  if (wrong >= 0) throw invalid(`${path}.data`, `value ${wrong} is not of the datatype ${datatype}`);
  return { name, shape, data: flat };
}

/** Nested data must have the rows of the shape one by one: the right total alone would shift values between rows. */
function flatten(data: readonly unknown[], rows: number, width: number | undefined, path: string): readonly unknown[] {
  if (width === undefined || !Array.isArray(data[0])) {
    const size = rows * (width ?? 1);
    if (data.length === size) return data;
    throw invalid(path, `must hold ${size} values for the shape ${shown(rows, width)}, got ${data.length}`);
  }
  if (data.length !== rows) {
    throw invalid(path, `must hold ${rows} lists for the shape ${shown(rows, width)}, got ${data.length}`);
  }
  const flat: unknown[] = [];
  for (const [index, row] of data.entries()) {
    if (!Array.isArray(row) || row.length !== width) {
      throw invalid(`${path}.${index}`, `must be a list of ${width} values, as the shape says`);
    }
    for (const value of row) flat.push(value);
  }
  return flat;
}

function shown(rows: number, width: number | undefined): string {
  return width === undefined ? `[${rows}]` : `[${rows}, ${width}]`;
}

function isShape(value: unknown): value is readonly number[] {
  return (
    Array.isArray(value) &&
    (value.length === 1 || value.length === 2) &&
    value.every((length) => Number.isSafeInteger(length) && length >= 0)
  );
}
