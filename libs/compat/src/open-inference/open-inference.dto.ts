import { ApiProperty } from '@nestjs/swagger';
import type { Feature, ModelDefinition } from '@app/features';
import { OUTPUTS } from './outputs.js';
import type { Datatype } from './datatypes.js';

export class InferenceErrorDto {
  /**
   * What is wrong, and the fix.
   * @example "V7[3]: must be a finite number, got null"
   */
  error!: string;
}

export class ServerMetadataDto {
  /** @example "fraud-scoring" */
  name!: string;
  /** @example "1" */
  version!: string;
  /** @example [] */
  extensions!: string[];
}

export class ServerLiveDto {
  /** @example true */
  live!: boolean;
}

export class ServerReadyDto {
  /** Whether the database and every champion are there. */
  ready!: boolean;
}

export class ModelReadyDto {
  /** @example "credit-card" */
  name!: string;
  /** @example true */
  ready!: boolean;
}

export class TensorMetadataDto {
  /** @example "Amount" */
  name!: string;
  /** @example "FP64" */
  datatype!: string;
  /**
   * -1: any number of rows.
   * @example [-1]
   */
  shape!: number[];
}

export class ModelMetadataDto {
  /** @example "credit-card" */
  name!: string;
  /**
   * The version that was asked for; without one, the champion.
   * @example ["2"]
   */
  versions!: string[];
  /** @example "onnxruntime_onnx" */
  platform!: string;
  /** One per feature; where none is a text, one tensor [n, features] in this order will do. */
  inputs!: TensorMetadataDto[];
  outputs!: TensorMetadataDto[];
}

export class TensorDto {
  /** @example "probability" */
  name!: string;
  /** @example "FP32" */
  datatype!: string;
  /** @example [1] */
  shape!: number[];
  @ApiProperty({ type: 'array', items: {}, example: [0.0312] })
  data!: unknown[];
}

export class InferenceDto {
  /** @example "credit-card" */
  model_name!: string;
  /** @example "2" */
  model_version!: string;
  /** As it was sent. */
  id?: string;
  outputs!: TensorDto[];
}

/** What a client sends for a feature of a type. */
const DATATYPES: Readonly<Record<Feature['type'], Datatype>> = { number: 'FP64', category: 'BYTES', boolean: 'BOOL' };

export function toModelMetadata(definition: ModelDefinition, version: number): ModelMetadataDto {
  return {
    name: definition.name,
    versions: [String(version)],
    platform: 'onnxruntime_onnx',
    inputs: definition.features.map(({ name, type }) => ({ name, datatype: DATATYPES[type], shape: [-1] })),
    outputs: OUTPUTS.map(({ name, datatype }) => ({ name, datatype, shape: [-1] })),
  };
}
