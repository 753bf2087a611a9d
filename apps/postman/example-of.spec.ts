import { describe, expect, it } from '@jest/globals';
import { exampleOf } from './example-of.js';
import type { Schema } from './openapi.js';

const feature: Schema = {
  type: 'object',
  required: ['name'],
  properties: {
    nullable: { type: 'boolean', default: false },
    name: { type: 'string', example: 'amount' },
    note: { type: 'string' },
  },
};

describe('exampleOf', () => {
  it.each<[string, Schema, unknown]>([
    ['its own', { type: 'number', example: 0, default: 4 }, 0],
    ['the first of several', { type: 'number', examples: [3, 4] }, 3],
    ['its default', { type: 'number', default: 4 }, 4],
    ['the first value', { type: 'string', enum: ['true', 'false'] }, 'true'],
    ['nothing', { type: 'string' }, undefined],
    [
      'a list of one',
      { type: 'array', items: { $ref: '#/components/schemas/Feature' } },
      [{ name: 'amount', nullable: false }],
    ],
    ['an empty list', { type: 'array', items: { type: 'string' } }, []],
    [
      'parts put together',
      {
        allOf: [{ $ref: '#/components/schemas/Feature' }],
        properties: { label: { type: 'string', example: 'fraud' } },
      },
      { name: 'amount', nullable: false, label: 'fraud' },
    ],
  ])('gives %s', (_, schema, expected) => {
    expect(exampleOf(schema, { Feature: feature })).toEqual(expected);
  });

  it('puts required fields first', () => {
    expect(Object.keys(Object(exampleOf(feature, {})))).toEqual(['name', 'nullable']);
  });
});
