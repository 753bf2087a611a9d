import { describe, expect, it } from '@jest/globals';
import { answerSchema } from './answer-schema.js';
import type { Schema } from './openapi.js';

const schemas: Record<string, Schema> = {
  Metrics: { type: 'object', required: ['f1'], properties: { f1: { type: 'number', description: 'prose' } } },
  Loop: { $ref: '#/components/schemas/Nobody' },
};
const metrics = { type: 'object', required: ['f1'], properties: { f1: { type: 'number' } } };

describe('answerSchema', () => {
  it.each<[string, Schema, object]>([
    ['leaves prose out', { type: 'string', description: 'prose', example: 'x', default: 'y' }, { type: 'string' }],
    ['puts references in place', { $ref: '#/components/schemas/Metrics' }, metrics],
    [
      'goes into lists and maps',
      { type: 'array', items: { type: 'object', additionalProperties: { $ref: '#/components/schemas/Metrics' } } },
      { type: 'array', items: { type: 'object', additionalProperties: metrics } },
    ],
    ['lets null in', { type: 'number', nullable: true, minimum: 0 }, { type: ['number', 'null'], minimum: 0 }],
    [
      'lets null in beside named values, and sorts them',
      { type: 'string', nullable: true, enum: ['b', 'a'] },
      { type: ['string', 'null'], enum: ['a', 'b', null] },
    ],
    [
      'lets null in beside a reference',
      { type: 'object', nullable: true, allOf: [{ $ref: '#/components/schemas/Metrics' }] },
      { anyOf: [metrics, { type: 'null' }] },
    ],
    ['puts a lone part in place', { allOf: [{ $ref: '#/components/schemas/Metrics' }], description: 'prose' }, metrics],
    ['takes a bare object as anything', { type: 'object', description: 'text or null' }, {}],
    ['keeps an object of any fields', { type: 'object', additionalProperties: true }, { type: 'object' }],
    [
      'keeps alternatives',
      { oneOf: [{ type: 'string' }, { type: 'null' }] },
      { oneOf: [{ type: 'string' }, { type: 'null' }] },
    ],
    ['keeps a format that Postman can check', { type: 'string', format: 'uuid' }, { type: 'string', format: 'uuid' }],
    ['drops one that it cannot', { type: 'string', format: 'binary' }, { type: 'string' }],
  ])('%s', (_, schema, expected) => {
    expect(answerSchema(schema, schemas)).toEqual(expected);
  });

  it('names a reference that leads nowhere', () => {
    expect(() => answerSchema({ $ref: '#/components/schemas/Loop' }, schemas)).toThrow(
      '#/components/schemas/Nobody is not in the document',
    );
  });
});
