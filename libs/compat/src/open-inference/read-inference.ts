import { isTransaction, type ModelDefinition } from '@app/features';
import { invalid } from '../invalid.js';
import { assertColumnCount, recordsOf } from '../records.js';
import { OUTPUTS, type OutputName } from './outputs.js';
import { readTensor, type Tensor } from './tensors.js';

/** What a client asks for. */
export interface InferenceRequest {
  /** Comes back with the answer. */
  readonly id: string | undefined;
  readonly transactions: readonly object[];
  readonly outputs: readonly OutputName[];
}

/**
 * A request of the protocol: one tensor `[n, features]`, or one tensor `[n]` or `[n, 1]` per feature.
 * @throws Problem 422
 */
export async function readInference(body: unknown, definition: ModelDefinition): Promise<InferenceRequest> {
  if (!isTransaction(body)) throw invalid('', 'must be an object: {"inputs": [tensors]}');
  const { id, inputs } = body;
  if (!isAbsent(id) && typeof id !== 'string') throw invalid('id', 'must be a text');
  if (!Array.isArray(inputs) || inputs.length === 0) throw invalid('inputs', 'must be a list of at least one tensor');
  assertColumnCount(inputs.length, definition, 'inputs');
  const outputs = outputsOf(body['outputs']);
  const tensors = inputs.map((input, index) => readTensor(input, `inputs.${index}`));
  return { id: id ?? undefined, transactions: await transactionsOf(tensors, definition), outputs };
}

async function transactionsOf(tensors: readonly Tensor[], definition: ModelDefinition): Promise<object[]> {
  const [first] = tensors;
  if (first && tensors.length === 1 && standsForAll(first, definition)) return rowsOf(first, definition);
  return columnsOf(tensors, definition.features.length);
}

/** Whether the only tensor is that of all features: it is, unless it has the name of one and could be just that. */
function standsForAll({ name, shape }: Tensor, { features }: ModelDefinition): boolean {
  if (!features.some((feature) => feature.name === name)) return true;
  return features.length > 1 && shape[1] === features.length;
}

/** One tensor, its columns in the order of the features. */
async function rowsOf({ shape, data }: Tensor, { features, name }: ModelDefinition): Promise<object[]> {
  const category = features.find(({ type }) => type === 'category');
  if (category) throw invalid('inputs', `${name} takes texts (${category.name}): send one tensor per feature`);
  const [rows = 0, width = 1] = shape;
  if (width !== features.length) throw invalid('inputs.0.shape', shapesTaken(features.length, shape));
  const names = features.map((feature) => feature.name);
  return recordsOf(names, rows, (row, column) => data[row * width + column]);
}

/** One tensor per feature. */
async function columnsOf(tensors: readonly Tensor[], width: number): Promise<object[]> {
  const rows = tensors[0]?.shape[0] ?? 0;
  const names = new Set<string>();
  for (const [index, { name, shape }] of tensors.entries()) {
    const path = `inputs.${index}`;
    if (shape.length > 1 && shape[1] !== 1) throw invalid(`${path}.shape`, shapesTaken(width, shape));
    if (shape[0] !== rows) throw invalid(`${path}.shape`, `must have as many rows as the first: ${rows}`);
    if (names.has(name)) throw invalid(`${path}.name`, 'is there twice');
    names.add(name);
  }
  return recordsOf([...names], rows, (row, column) => tensors[column]?.data[row]);
}

function shapesTaken(width: number, shape: readonly number[]): string {
  return `must be [n] or [n, 1] for one feature, or one tensor [n, ${width}] for all, got [${shape.join(', ')}]`;
}

/** All of them, unless some are asked for. */
function outputsOf(outputs: unknown): OutputName[] {
  const known = OUTPUTS.map(({ name }) => name);
  if (isAbsent(outputs) || (Array.isArray(outputs) && outputs.length === 0)) return known;
  if (!Array.isArray(outputs)) throw invalid('outputs', 'must be a list: [{"name"}]');
  if (outputs.length > known.length)
    throw invalid('outputs', `must hold at most ${known.length}, got ${outputs.length}`);
  return outputs.map((output: unknown, index) => {
    const asked = isTransaction(output) ? output['name'] : undefined;
    const found = known.find((name) => name === asked);
    if (found === undefined) throw invalid(`outputs.${index}.name`, `must be one of ${known.join(', ')}`);
    return found;
  });
}

/** Clients write null for what they leave out. */
function isAbsent(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}
