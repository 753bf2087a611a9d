import { Problem } from '@app/common';
import { type ModelDefinition, type FeatureType } from '@app/features';
import { describe, expect, it } from '@jest/globals';
import { type InferenceRequest, readInference } from './read-inference.js';

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

const transactionsOf = async (body: unknown, definition = numbers): Promise<InferenceRequest['transactions']> =>
  (await readInference(body, definition)).transactions;
const errorOf = async (body: unknown, definition = numbers): Promise<unknown> => {
  const error: unknown = await readInference(body, definition).catch((thrown: unknown) => thrown);
  return error instanceof Problem ? error.errors?.[0] : error;
};

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
  ])('takes one tensor for all features, %s', async (_, data) => {
    expect(await transactionsOf({ inputs: [tensor({ data })] })).toEqual([
      { f0: 1, f1: 2 },
      { f0: 3, f1: 4 },
    ]);
  });

  it('takes one tensor per feature, in any order and of either shape', async () => {
    const inputs = [
      { name: 'f2', shape: [2], datatype: 'BOOL', data: [true, false] },
      { name: 'f0', shape: [2, 1], datatype: 'INT64', data: [[7], [8]] },
      { name: 'f1', shape: [2], datatype: 'BYTES', data: ['a', 'b'] },
    ];
    expect(await readInference({ id: 'r', inputs }, mixed)).toEqual({
      id: 'r',
      transactions: [
        { f0: 7, f1: 'a', f2: true },
        { f0: 8, f1: 'b', f2: false },
      ],
      outputs: ['probability', 'score', 'is_fraud', 'decision'],
    });
  });

  it.each(['f0', 'x'])('takes the one feature of a model either way, called %s', async (name) => {
    for (const shape of [[2], [2, 1]]) {
      const body = { inputs: [tensor({ name, shape, data: [1, 2] })] };
      expect(await transactionsOf(body, model('number'))).toEqual([{ f0: 1 }, { f0: 2 }]);
    }
  });

  it('takes one tensor for all features also by the name of one', async () => {
    expect(await transactionsOf({ inputs: [tensor({ name: 'f0' })] })).toEqual([
      { f0: 1, f1: 2 },
      { f0: 3, f1: 4 },
    ]);
  });

  it('takes no rows, missing values and names that objects have anyway', async () => {
    expect(await transactionsOf({ inputs: [tensor({ shape: [0, 2], data: [] })] })).toEqual([]);
    expect((await transactionsOf({ inputs: [tensor({ data: [1, null, 3, 4] })] }))[0]).toEqual({ f0: 1, f1: null });
    const inputs = ['f0', '__proto__'].map((name) => tensor({ name, shape: [1], data: [1] }));
    expect(Object.entries((await transactionsOf({ inputs }))[0] ?? {})).toEqual([
      ['f0', 1],
      ['__proto__', 1],
    ]);
  });

  it('gives the outputs that are asked for', async () => {
    const body = { inputs: [tensor()], outputs: [{ name: 'score' }, { name: 'probability' }] };
    expect((await readInference(body, numbers)).outputs).toEqual(['score', 'probability']);
  });

  it('takes null for what was left out', async () => {
    const { id, outputs } = await readInference({ id: null, outputs: null, inputs: [tensor()] }, numbers);
    expect({ id, outputs }).toEqual({ id: undefined, outputs: ['probability', 'score', 'is_fraud', 'decision'] });
  });

  it.each([
    ['UINT8', [0, 255], [-1, 256, 1.5]],
    ['UINT16', [0, 65_535], [-1, 65_536]],
    ['UINT32', [0, 2 ** 32 - 1], [-1, 2 ** 32]],
    ['UINT64', [0, 2 ** 53], [-1, 2 ** 64]],
    ['INT8', [-128, 127], [-129, 128]],
    ['INT16', [-32_768, 32_767], [-32_769, 32_768]],
    ['INT32', [-(2 ** 31), 2 ** 31 - 1], [-(2 ** 31) - 1, 2 ** 31]],
    ['INT64', [-(2 ** 63), 2 ** 53], [-(2 ** 64), 2 ** 63, 0.5, '1']],
    ['FP16', [-65_504, 0.1], [65_520, 1e30, true]],
    ['FP32', [-3.4e38, 1e-50], [3.5e38, '1']],
    ['FP64', [1e300, 0.1], ['1', false]],
    ['BOOL', [true, false], [1, 'true']],
    ['BYTES', ['', '1'], [1, true]],
  ] as const)('takes for %s what the datatype holds', async (datatype, fitting, others) => {
    const body = (data: readonly unknown[]): object => ({
      inputs: [{ name: 'f0', shape: [data.length], datatype, data }],
    });
    expect(await transactionsOf(body(fitting))).toEqual(fitting.map((f0) => ({ f0 })));
    for (const other of others) {
      const message = `value 1 is not of the datatype ${datatype}`;
      expect(await errorOf(body([fitting[0], other]))).toEqual({ path: 'inputs.0.data', message });
    }
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
    ['rows that lend each other a value', { inputs: [tensor({ data: [[1], [2, 3, 4]] })] }, 'inputs.0.data.0'],
    ['a list among values', { inputs: [tensor({ data: [1, [2], 3, 4] })] }, 'inputs.0.data'],
    ['a value among lists', { inputs: [tensor({ data: [[1, 2], 3] })] }, 'inputs.0.data.1'],
    ['lists for the rows of another shape', { inputs: [tensor({ shape: [1, 2], data: [[1], [2]] })] }, 'inputs.0.data'],
    ['all features in one row without a width', { inputs: [tensor({ shape: [2], data: [1, 2] })] }, 'inputs.0.shape'],
    ['an unknown output', { inputs: [tensor()], outputs: [{ name: 'logits' }] }, 'outputs.0.name'],
    ['outputs without end', { inputs: [tensor()], outputs: Array(5).fill({ name: 'score' }) }, 'outputs'],
    ['more than 10,000 rows', { inputs: [tensor({ shape: [10_001, 2], data: [] })] }, 'inputs.0'],
    ['tensors without end', { inputs: Array.from({ length: 50 }, () => 0) }, 'inputs'],
  ])('refuses %s', async (_, body, path) => {
    expect(await errorOf(body)).toEqual({ path, message: expect.any(String) });
  });

  it('refuses one tensor for a model that takes texts', async () => {
    const body = { inputs: [tensor({ shape: [1, 3], data: [1, 2, 3] })] };
    const message = expect.stringMatching(/one tensor per feature/);
    expect(await errorOf(body, mixed)).toEqual({ path: 'inputs', message });
  });
});
