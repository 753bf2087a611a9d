import { describe, expect, it } from '@jest/globals';
import { BUILT_IN_MODELS } from './built-in-models.js';
import { checkDefinition } from './check-definition.js';
import { type Feature, type ModelDefinition } from './definition.js';

function feature(name: string, type: Feature['type'] = 'number'): Feature {
  return { name, type, nullable: false };
}

function claims(change: Partial<ModelDefinition> = {}): ModelDefinition {
  return {
    name: 'claims',
    description: '',
    features: [feature('amount'), feature('channel', 'category')],
    label: 'is_fraud',
    timeColumn: null,
    carried: [],
    metric: 'average_precision',
    policy: { review: null, block: null },
    ...change,
  };
}

function paths(change: Partial<ModelDefinition>): string[] {
  return checkDefinition(claims(change)).map(({ path }) => path);
}

describe('checkDefinition', () => {
  it.each(BUILT_IN_MODELS.map((model) => [model.name, model] as const))('accepts the built-in model %s', (_, model) => {
    expect(checkDefinition(model)).toEqual([]);
  });

  it('accepts what is unusual but meant', () => {
    expect(paths({ name: 'a' })).toEqual([]);
    expect(paths({ name: 'claims_v2-test' })).toEqual([]);
    expect(paths({ timeColumn: 'at' })).toEqual([]);
    expect(paths({ timeColumn: 'amount' })).toEqual([]);
    expect(paths({ timeColumn: 'at', carried: ['at', 'Kunden-Nr. №'] })).toEqual([]);
    expect(paths({ policy: { review: 0, block: 0 } })).toEqual([]);
    expect(paths({ policy: { review: 95, block: null } })).toEqual([]);
    expect(paths({ features: Array.from({ length: 2_000 }, (_, i) => feature(`f${i}`)) })).toEqual([]);
  });

  it.each(['', 'Claims', '-claims', 'claims-', 'a--b', 'a b', 'ä', 'a/b', 'a'.repeat(65)])(
    'refuses the model name %j',
    (name) => {
      expect(paths({ name })).toEqual(['name']);
    },
  );

  it.each(['', 'x'.repeat(129), 'a\nb', 'a\u0000', '\ud800', ' amount', 'transaction_id', '__proto__', 'constructor'])(
    'refuses the feature name %j',
    (name) => {
      expect(paths({ features: [feature('other'), feature(name)] })).toEqual(['features.1.name']);
    },
  );

  it.each(['prototype', 'toString', 'hasOwnProperty', 'valueOf', '__defineGetter__'])(
    'refuses %s, which every object answers to, wherever a column is named',
    (name) => {
      expect(paths({ features: [feature(name)] })).toEqual(['features.0.name']);
      expect(paths({ label: name })).toEqual(['label']);
      expect(paths({ timeColumn: name })).toEqual(['time_column']);
      expect(paths({ carried: [name] })).toEqual(['carried.0']);
    },
  );

  it('refuses no features, and more than 2,000', () => {
    expect(paths({ features: [] })).toEqual(['features']);
    expect(paths({ features: Array.from({ length: 2_001 }, (_, i) => feature(`f${i}`)) })).toEqual(['features']);
  });

  it('refuses a column in two roles, and says in which it already is', () => {
    expect(paths({ features: [feature('a'), feature('b'), feature('a')] })).toEqual(['features.2.name']);
    expect(paths({ label: 'amount' })).toEqual(['label']);
    expect(paths({ carried: ['id', 'amount', 'is_fraud', 'id'] })).toEqual(['carried.1', 'carried.2', 'carried.3']);
    expect(checkDefinition(claims({ label: 'amount' }))[0]?.message).toBe('"amount" is already the name of a feature');
    expect(paths({ timeColumn: 'is_fraud' })).toEqual(['time_column']);
  });

  it('refuses names that differ in case only', () => {
    expect(paths({ features: [feature('amount'), feature('Amount')] })).toEqual(['features.1.name']);
    expect(paths({ label: 'AMOUNT' })).toEqual(['label']);
    expect(paths({ timeColumn: 'Amount' })).toEqual(['time_column']);
  });

  it('refuses a time column that is a feature but no number', () => {
    expect(paths({ timeColumn: 'channel' })).toEqual(['time_column']);
  });

  it('refuses cut-offs outside 0 to 100 or in the wrong order', () => {
    expect(paths({ policy: { review: -1, block: 101 } })).toEqual(['policy.review', 'policy.block']);
    expect(paths({ policy: { review: NaN, block: null } })).toEqual(['policy.review']);
    expect(paths({ policy: { review: 60, block: 50 } })).toEqual(['policy.review']);
  });

  it('reports everything at once', () => {
    const errors = paths({ name: 'X', features: [feature('a'), feature('a')], label: '', timeColumn: '' });
    expect(errors).toEqual(['name', 'features.1.name', 'label', 'time_column']);
  });
});
