import type { DecisionRecord } from '@app/scoring';
import type { Datatype, Tensor } from './tensors.js';

interface Output {
  readonly name: string;
  readonly datatype: Datatype;
  readonly of: (record: DecisionRecord) => unknown;
}

/** What a model answers with, one value per row each. */
export const OUTPUTS = [
  { name: 'probability', datatype: 'FP32', of: ({ probability }) => probability },
  { name: 'score', datatype: 'INT64', of: ({ score }) => score },
  { name: 'is_fraud', datatype: 'BOOL', of: ({ isFraud }) => isFraud },
  { name: 'decision', datatype: 'BYTES', of: ({ decision }) => decision },
] as const satisfies readonly Output[];

export type OutputName = (typeof OUTPUTS)[number]['name'];

/** The tensors that were asked for, in that order. */
export function writeTensors(records: readonly DecisionRecord[], names: readonly OutputName[]): Tensor[] {
  return names.flatMap((asked) =>
    OUTPUTS.filter(({ name }) => name === asked).map(({ name, datatype, of }) => ({
      name,
      datatype,
      shape: [records.length],
      data: records.map((record): unknown => of(record)),
    })),
  );
}
