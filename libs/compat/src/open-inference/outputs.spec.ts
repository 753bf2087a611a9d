import { describe, expect, it } from '@jest/globals';
import type { DecisionRecord } from '@app/scoring';
import { OUTPUTS, writeInference } from './outputs.js';

const record = (probability: number): DecisionRecord => ({
  id: '0190d3a0-0000-7000-8000-000000000000',
  decidedAt: 0,
  modelId: 1,
  versionId: 1,
  policyVersion: 1,
  transactionId: null,
  inputs: '{}',
  probability,
  score: Math.round(probability * 100),
  decision: probability < 0.5 ? 'approve' : 'block',
  isFraud: probability >= 0.5,
  reasons: [],
  warnings: [],
  decidedFor: 'test',
});
const head = { model_name: 'a"b', model_version: '2' };

describe('writeInference', () => {
  it('spells floats as such, and nothing else', () => {
    const names = OUTPUTS.map(({ name }) => name);
    expect(writeInference({ ...head, id: 'r' }, [record(0), record(1), record(0.25)], names)).toBe(
      '{"model_name":"a\\"b","model_version":"2","id":"r","outputs":[' +
        '{"name":"probability","datatype":"FP32","shape":[3],"data":[0.0,1.0,0.25]},' +
        '{"name":"score","datatype":"INT64","shape":[3],"data":[0,100,25]},' +
        '{"name":"is_fraud","datatype":"BOOL","shape":[3],"data":[false,true,false]},' +
        '{"name":"decision","datatype":"BYTES","shape":[3],"data":["approve","block","approve"]}]}',
    );
  });

  it('gives the tensors that were asked for, in that order', () => {
    expect(writeInference(head, [], ['score', 'probability'])).toBe(
      '{"model_name":"a\\"b","model_version":"2","outputs":[' +
        '{"name":"score","datatype":"INT64","shape":[0],"data":[]},' +
        '{"name":"probability","datatype":"FP32","shape":[0],"data":[]}]}',
    );
  });
});
