import { Problem } from '@app/common';
import { isTransaction, type ModelDefinition } from '@app/features';
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
export function readInference(body: unknown, definition: ModelDefinition): InferenceRequest {
  if (!isTransaction(body)) throw invalid('', 'must be an object: {"inputs": [tensors]}');
  const { id, inputs, outputs } = body;
  if (id !== undefined && typeof id !== 'string') throw invalid('id', 'must be a text');
  if (!Array.isArray(inputs) || inputs.length === 0) throw invalid('inputs', 'must be a list of at least one tensor');
  // Besides features: what may come with a transaction.
  const most = definition.features.length + definition.carried.length + 2;
  if (inputs.length > most) throw invalid('inputs', `must be at most ${most} tensors, got ${inputs.length}`);
  const tensors = inputs.map((input, index) => readTensor(input, `inputs.${index}`));
  return { id, transactions: transactionsOf(tensors, definition), outputs: outputsOf(outputs) };
}

function transactionsOf(tensors: readonly Tensor[], definition: ModelDefinition): object[] {
  const [first] = tensors;
  const { features } = definition;
  if (first && tensors.length === 1 && first.shape.length === 2 && first.shape[1] === features.length) {
    // A model of one feature has it either way.
    if (features.length > 1 || first.name !== features[0]?.name) return rowsOf(first, definition);
  }
  return recordsOf(tensors, features.length);
}

/** One tensor, its columns in the order of the features. */
function rowsOf({ shape: [rows = 0], data }: Tensor, { features, name }: ModelDefinition): object[] {
  const category = features.find(({ type }) => type === 'category');
  if (category) throw invalid('inputs', `${name} takes texts (${category.name}): send one tensor per feature`);
  const width = features.length;
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(features.map((feature, column) => [feature.name, data[row * width + column]])),
  );
}

/** One tensor per feature. */
function recordsOf(tensors: readonly Tensor[], width: number): object[] {
  const rows = tensors[0]?.shape[0] ?? 0;
  const names = new Set<string>();
  for (const [index, { name, shape }] of tensors.entries()) {
    const path = `inputs.${index}`;
    if (shape.length > 1 && shape[1] !== 1) {
      const shapes = `[n] or [n, 1] for one feature, or one tensor [n, ${width}] for all`;
      throw invalid(`${path}.shape`, `must be ${shapes}, got [${shape.join(', ')}]`);
    }
    if (shape[0] !== rows) throw invalid(`${path}.shape`, `must have as many rows as the first: ${rows}`);
    if (names.has(name)) throw invalid(`${path}.name`, 'is there twice');
    names.add(name);
  }
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(tensors.map(({ name, data }): [string, unknown] => [name, data[row]])),
  );
}

/** All of them, unless some are asked for. */
function outputsOf(outputs: unknown): OutputName[] {
  const known = OUTPUTS.map(({ name }) => name);
  if (outputs === undefined || (Array.isArray(outputs) && outputs.length === 0)) return known;
  if (!Array.isArray(outputs)) throw invalid('outputs', 'must be a list: [{"name"}]');
  if (outputs.length > known.length) throw invalid('outputs', `must name each of ${known.join(', ')} once at most`);
  return outputs.map((output: unknown, index) => {
    const asked = isTransaction(output) ? output['name'] : undefined;
    const found = known.find((name) => name === asked);
    if (found === undefined) throw invalid(`outputs.${index}.name`, `must be one of ${known.join(', ')}`);
    return found;
  });
}

function invalid(path: string, message: string): Problem {
  return Problem.invalid([{ path, message }]);
}
