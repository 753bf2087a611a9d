import { exampleTransaction } from '@app/simulator';
import { CREDIT_CARD } from '../built-in.js';

const example = exampleTransaction(CREDIT_CARD);
const names = Object.keys(example);

const TENSOR = {
  type: 'object',
  required: ['name', 'shape', 'datatype', 'data'],
  properties: {
    name: { type: 'string' },
    shape: { type: 'array', items: { type: 'integer', minimum: 0 }, minItems: 1, maxItems: 2 },
    datatype: { type: 'string', description: '`FP32`, `FP64`, `INT64`, `BYTES`, `BOOL` and their like.' },
    data: { type: 'array', items: {}, description: 'Flat, or nested as the shape says.' },
  },
};

export const INFERENCE_SCHEMA = {
  type: 'object',
  required: ['inputs'],
  properties: {
    id: { type: 'string', description: 'Comes back with the answer.' },
    inputs: { type: 'array', minItems: 1, items: TENSOR },
    outputs: {
      type: 'array',
      items: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
      description: '`probability`, `score`, `is_fraud`, `decision`; all of them when left out.',
    },
  },
};

export const INFERENCE_EXAMPLES = {
  one_tensor: {
    summary: 'One tensor, its columns in the order of the features',
    value: {
      id: 'request-1',
      inputs: [{ name: 'features', shape: [1, names.length], datatype: 'FP64', data: Object.values(example) }],
    },
  },
  tensor_per_feature: {
    summary: 'One tensor per feature',
    value: {
      inputs: names.map((name) => ({ name, shape: [2], datatype: 'FP64', data: [example[name], example[name]] })),
      outputs: [{ name: 'probability' }],
    },
  },
};
