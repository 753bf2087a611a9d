import protobuf from 'protobufjs/light.js';

/**
 * The part of ONNX's messages that our graphs need, by the field numbers of the public onnx.proto
 * (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
 */
const optional = (type: string, id: number): { type: string; id: number } => ({ type, id });
const repeated = (type: string, id: number): { rule: 'repeated'; type: string; id: number } => ({
  rule: 'repeated',
  type,
  id,
});

const root = protobuf.Root.fromJSON({
  // proto3 keeps lists of numbers in one piece, which readers of either syntax understand and which is smaller.
  options: { syntax: 'proto3' },
  nested: {
    ModelProto: {
      fields: {
        irVersion: optional('int64', 1),
        producerName: optional('string', 2),
        graph: optional('GraphProto', 7),
        opsetImport: repeated('OperatorSetIdProto', 8),
        metadataProps: repeated('StringStringEntryProto', 14),
      },
    },
    OperatorSetIdProto: { fields: { domain: optional('string', 1), version: optional('int64', 2) } },
    StringStringEntryProto: { fields: { key: optional('string', 1), value: optional('string', 2) } },
    GraphProto: {
      fields: {
        node: repeated('NodeProto', 1),
        name: optional('string', 2),
        initializer: repeated('TensorProto', 5),
        input: repeated('ValueInfoProto', 11),
        output: repeated('ValueInfoProto', 12),
      },
    },
    NodeProto: {
      fields: {
        input: repeated('string', 1),
        output: repeated('string', 2),
        name: optional('string', 3),
        opType: optional('string', 4),
        attribute: repeated('AttributeProto', 5),
        domain: optional('string', 7),
      },
    },
    AttributeProto: {
      fields: {
        name: optional('string', 1),
        i: optional('int64', 3),
        s: optional('bytes', 4),
        floats: repeated('float', 7),
        ints: repeated('int64', 8),
        strings: repeated('bytes', 9),
        type: optional('int32', 20),
      },
    },
    TensorProto: {
      fields: {
        dims: repeated('int64', 1),
        dataType: optional('int32', 2),
        floatData: repeated('float', 4),
        name: optional('string', 8),
      },
    },
    ValueInfoProto: { fields: { name: optional('string', 1), type: optional('TypeProto', 2) } },
    TypeProto: {
      fields: { tensorType: optional('Tensor', 1) },
      nested: { Tensor: { fields: { elemType: optional('int32', 1), shape: optional('TensorShapeProto', 2) } } },
    },
    TensorShapeProto: {
      fields: { dim: repeated('Dimension', 1) },
      nested: { Dimension: { fields: { dimValue: optional('int64', 1), dimParam: optional('string', 2) } } },
    },
  },
});

const modelProto = root.lookupType('ModelProto');

/** AttributeProto.AttributeType */
const ATTRIBUTE_TYPES = { INT: 2, STRING: 3, FLOATS: 6, INTS: 7, STRINGS: 8 } as const;
/** TensorProto.DataType.FLOAT */
const FLOAT = 1;

interface Attribute {
  readonly name: string;
  readonly type: number;
}

interface Node {
  readonly opType: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly domain: string;
  readonly attribute: readonly Attribute[];
}

interface Tensor {
  readonly name: string;
}

export interface Graph {
  readonly name: string;
  readonly width: number;
  readonly nodes: readonly Node[];
  readonly constants: readonly Tensor[];
  readonly metadata: Readonly<Record<string, string>>;
}

export const INPUT = 'features';
export const OUTPUT = 'probability';
export const ML_DOMAIN = 'ai.onnx.ml';

const encoder = new TextEncoder();

export function ints(name: string, values: ArrayLike<number>): Attribute & { ints: number[] } {
  return { name, type: ATTRIBUTE_TYPES.INTS, ints: Array.from(values) };
}

export function floats(name: string, values: ArrayLike<number>): Attribute & { floats: number[] } {
  return { name, type: ATTRIBUTE_TYPES.FLOATS, floats: Array.from(values) };
}

/** `distinct` are the texts, `indices` say which of them stands where. */
export function strings(name: string, distinct: readonly string[], indices: readonly number[]): Attribute {
  const encoded = distinct.map((text) => encoder.encode(text));
  const list = indices.map((index) => encoded[index]);
  return Object.assign({ name, type: ATTRIBUTE_TYPES.STRINGS }, { strings: list });
}

export function int(name: string, value: number): Attribute & { i: number } {
  return { name, type: ATTRIBUTE_TYPES.INT, i: value };
}

export function node(
  opType: string,
  input: readonly string[],
  output: string,
  attribute: readonly Attribute[] = [],
  domain = '',
): Node {
  return { opType, input, output: [output], attribute, domain };
}

/** A float32 constant; no dimensions make a scalar. */
export function constant(name: string, dims: readonly number[], values: ArrayLike<number>): Tensor {
  return Object.assign({ name, dataType: FLOAT }, { dims, floatData: Array.from(values) });
}

/** The model file: `features` [N, width] → `probability` [N, 1], float32. Nothing in it depends on the time. */
export function encodeModel({ name, width, nodes, constants, metadata }: Graph): Uint8Array {
  const value = (valueName: string, columns: number): object => ({
    name: valueName,
    type: {
      tensorType: { elemType: FLOAT, shape: { dim: [{ dimParam: 'N' }, { dimValue: columns }] } },
    },
  });
  return modelProto
    .encode({
      // The oldest versions that have all operators used: read by ONNX Runtime from 1.6 (2020) on.
      irVersion: 7,
      opsetImport: [
        { domain: '', version: 13 },
        { domain: ML_DOMAIN, version: 1 },
      ],
      producerName: 'fraud-scoring',
      graph: {
        name,
        node: nodes,
        initializer: constants,
        input: [value(INPUT, width)],
        output: [value(OUTPUT, 1)],
      },
      metadataProps: Object.entries(metadata).map(([key, entry]) => ({ key, value: entry })),
    })
    .finish();
}
