import { Problem } from '@app/common';
import { type ModelDefinition, type FeatureType } from '@app/features';
import { describe, expect, it } from '@jest/globals';
import { readInference } from './read-inference.js';

const model = (...types: FeatureType[]): ModelDefinition => ({
  name: 'test',
  description: '',
  features: types.map((type, at) => ({ name: `f${at}`, type, nullable: false })),
  label: 'y',
  timeColumn: null,
  carried: [],
  metric: 'f1',
  policy: { review: null, block: null },
});
const numbers = model('number', 'number');
const mixed = model('number', 'category', 'boolean');
const tensor = (change: object = {}): object => ({
  name: 'x',
  shape: [2, 2],
  datatype: 'FP32',
  data: [1, 2, 3, 4],
  ...change,
});

describe('readInference', () => {
  it.each([
    ['flat', [1, 2, 3, 4]],
    [
      'nested',
      [
        [1, 2],
        [3, 4],
      ],
    ],
  ])('takes one tensor for all features, %s', (_, data) => {
    expect(readInference({ inputs: [tensor({ data })] }, numbers).transactions).toEqual([
      { f0: 1, f1: 2 },
      { f0: 3, f1: 4 },
    ]);
  });

  it('takes one tensor per feature, in any order and of either shape', () => {
    const inputs = [
      { name: 'f2', shape: [2], datatype: 'BOOL', data: [true, false] },
      { name: 'f0', shape: [2, 1], datatype: 'INT64', data: [[7], [8]] },
      { name: 'f1', shape: [2], datatype: 'BYTES', data: ['a', 'b'] },
    ];
    expect(readInference({ id: 'r', inputs }, mixed)).toEqual({
      id: 'r',
      transactions: [
        { f0: 7, f1: 'a', f2: true },
        { f0: 8, f1: 'b', f2: false },
      ],
      outputs: ['probability', 'score', 'is_fraud', 'decision'],
    });
  });

  it('takes the one feature of a model either way', () => {
    for (const name of ['f0', 'x']) {
      const { transactions } = readInference(
        { inputs: [tensor({ name, shape: [2, 1], data: [1, 2] })] },
        model('number'),
      );
      expect(transactions).toEqual([{ f0: 1 }, { f0: 2 }]);
    }
  });

  it('takes no rows, missing values and names that objects have anyway', () => {
    expect(readInference({ inputs: [tensor({ shape: [0, 2], data: [] })] }, numbers).transactions).toEqual([]);
    expect(readInference({ inputs: [tensor({ data: [1, null, 3, 4] })] }, numbers).transactions[0]).toEqual({
      f0: 1,
      f1: null,
    });
    const [proto] = readInference(
      { inputs: [tensor({ name: '__proto__', shape: [1], data: [1] })] },
      numbers,
    ).transactions;
    expect(Object.keys(proto ?? {})).toEqual(['__proto__']);
  });

  it('gives the outputs that are asked for', () => {
    const body = { inputs: [tensor()], outputs: [{ name: 'score' }, { name: 'probability' }] };
    expect(readInference(body, numbers).outputs).toEqual(['score', 'probability']);
  });

  it.each<[string, unknown, string]>([
    ['a list', [], ''],
    ['no inputs', {}, 'inputs'],
    ['an empty list of inputs', { inputs: [] }, 'inputs'],
    ['an id that is no text', { id: 7, inputs: [tensor()] }, 'id'],
    ['a tensor that is none', { inputs: [7] }, 'inputs.0'],
    ['a tensor without a name', { inputs: [tensor({ name: undefined })] }, 'inputs.0.name'],
    ['a datatype of another world', { inputs: [tensor({ datatype: 'toString' })] }, 'inputs.0.datatype'],
    ['a shape of three', { inputs: [tensor({ shape: [1, 2, 2] })] }, 'inputs.0.shape'],
    ['a negative shape', { inputs: [tensor({ shape: [-1, 2] })] }, 'inputs.0.shape'],
    ['a shape beyond all data', { inputs: [tensor({ shape: [2, 2 ** 52] })] }, 'inputs.0.data'],
    ['more rows than a batch has', { inputs: [tensor({ shape: [10_001, 2] })] }, 'inputs.0.shape'],
    ['more tensors than there are fields', { inputs: Array.from({ length: 5 }, () => tensor()) }, 'inputs'],
    ['an output many times', { inputs: [tensor()], outputs: Array(5).fill({ name: 'score' }) }, 'outputs'],
    ['too few values', { inputs: [tensor({ data: [1, 2, 3] })] }, 'inputs.0.data'],
    [
      'data nested deeper than its shape',
      {
        inputs: [
          tensor({
            data: [
              [[1], 2],
              [3, 4],
            ],
          }),
        ],
      },
      'inputs.0.data',
    ],
    ['a text among numbers', { inputs: [tensor({ data: [1, 'x', 3, 4] })] }, 'inputs.0.data'],
    ['a fraction among integers', { inputs: [tensor({ datatype: 'INT64', data: [1, 2.5, 3, 4] })] }, 'inputs.0.data'],
    ['another width', { inputs: [tensor({ shape: [1, 4] })] }, 'inputs.0.shape'],
    [
      'tensors of different lengths',
      { inputs: [tensor({ name: 'f0', shape: [1], data: [1] }), tensor({ name: 'f1', shape: [2], data: [1, 2] })] },
      'inputs.1.shape',
    ],
    [
      'a name twice',
      { inputs: [tensor({ name: 'f0', shape: [1], data: [1] }), tensor({ name: 'f0', shape: [1], data: [1] })] },
      'inputs.1.name',
    ],
    ['an unknown output', { inputs: [tensor()], outputs: [{ name: 'logits' }] }, 'outputs.0.name'],
  ])('refuses %s', (_, body, path) => {
    expect.assertions(2);
    try {
      readInference(body, numbers);
    } catch (error) {
      expect(error).toBeInstanceOf(Problem);
      expect(error instanceof Problem && error.errors?.[0]?.path).toBe(path);
    }
  });

  it('refuses one tensor for a model that takes texts', () => {
    const body = { inputs: [tensor({ shape: [1, 3], data: [1, 2, 3] })] };
    expect(() => readInference(body, mixed)).toThrow(/one tensor per feature/);
  });
});
