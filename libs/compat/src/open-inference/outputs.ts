import type { DecisionRecord } from '@app/scoring';
import { asFloat } from '../json-floats.js';
import type { Datatype } from './datatypes.js';

interface Output {
  readonly name: string;
  readonly datatype: Datatype;
  /** A value as JSON. */
  readonly write: (record: DecisionRecord) => string;
}

/** What a model answers with, one value per row each. */
export const OUTPUTS = [
  { name: 'probability', datatype: 'FP32', write: ({ probability }) => asFloat(probability) },
  { name: 'score', datatype: 'INT64', write: ({ score }) => String(score) },
  { name: 'is_fraud', datatype: 'BOOL', write: ({ isFraud }) => String(isFraud) },
  { name: 'decision', datatype: 'BYTES', write: ({ decision }) => JSON.stringify(decision) },
] as const satisfies readonly Output[];

export type OutputName = (typeof OUTPUTS)[number]['name'];

/** What stands above the tensors of an answer. */
export interface InferenceHead {
  readonly model_name: string;
  readonly model_version: string;
  readonly id?: string;
}

/** An answer as JSON, its floats spelled as such, with the tensors that were asked for in that order. */
export function writeInference(
  head: InferenceHead,
  records: readonly DecisionRecord[],
  names: readonly OutputName[],
): string {
  const tensors = names.flatMap((asked) =>
    OUTPUTS.filter(({ name }) => name === asked).map(({ name, datatype, write }) => {
      const tensor = JSON.stringify({ name, datatype, shape: [records.length] });
      return `${tensor.slice(0, -1)},"data":[${records.map(write).join(',')}]}`;
    }),
  );
  return `${JSON.stringify(head).slice(0, -1)},"outputs":[${tensors.join(',')}]}`;
}
