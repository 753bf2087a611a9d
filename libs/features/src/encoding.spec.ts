import { describe, expect, it } from '@jest/globals';
import { type FeatureTable, type ModelDefinition } from './definition.js';
import { fitEncoding, MAX_CATEGORIES } from './encoding.js';

const definition: ModelDefinition = {
  name: 'claims',
  description: '',
  features: [
    { name: 'amount', type: 'number', nullable: false },
    { name: 'channel', type: 'category', nullable: true },
  ],
  label: 'is_fraud',
  timeColumn: null,
  carried: [],
  metric: 'f1',
  policy: { review: null, block: null },
};

/** A table of the given channels; null: missing. The codes follow the order of `values`. */
function table(channels: readonly (string | null)[], values = [...new Set(channels.filter((c) => c !== null))]) {
  const codes = Int32Array.from(channels, (channel) => (channel === null ? -1 : values.indexOf(channel)));
  const rows = channels.length;
  const columns: FeatureTable['columns'] = new Map([
    ['amount', { type: 'number', values: new Float32Array(rows) }],
    ['channel', { type: 'category', codes, values }],
  ] as const);
  return { rows, columns };
}

describe('fitEncoding', () => {
  it('puts the most frequent value first and parts ties by code unit', () => {
    const seen = table(['b', 'a', 'é', 'Z', 'c', 'c', null, null, null, 'é', '😀', '\uffff']);
    expect(fitEncoding(definition, seen).categories).toEqual({ channel: ['c', 'é', 'Z', 'a', 'b', '😀', '\uffff'] });
  });

  it('looks at the given rows only', () => {
    const seen = table(['a', 'b', 'b', 'c', 'a', 'a']);
    expect(fitEncoding(definition, seen, Uint32Array.of(1, 2, 4)).categories).toEqual({ channel: ['b', 'a'] });
    expect(fitEncoding(definition, seen, Uint32Array.of()).categories).toEqual({ channel: [] });
  });

  it('gives the same JSON whatever codes the values have', () => {
    const channels = Array.from({ length: 500 }, (_, i) => `v${(i * 7) % 23}`);
    const values = [...new Set(channels)].sort();
    const one = JSON.stringify(fitEncoding(definition, table(channels, values)));
    const other = JSON.stringify(fitEncoding(definition, table(channels, [...values].reverse())));
    expect(other).toBe(one);
  });

  it('keeps the most frequent 100 values', () => {
    const channels = Array.from({ length: 150 }, (_, value) => Array<string>(value + 1).fill(`v${value}`)).flat();
    const kept = fitEncoding(definition, table(channels)).categories['channel'] ?? [];
    expect(kept).toHaveLength(MAX_CATEGORIES);
    expect([kept[0], kept.at(-1)]).toEqual(['v149', 'v50']);
  });

  it('counts a value once that stands at two codes', () => {
    const twice = table(['a', 'b', 'b', 'a', 'c', 'c', 'c'], ['a', 'b', 'c']);
    const columns: FeatureTable['columns'] = new Map(twice.columns).set('channel', {
      type: 'category',
      codes: Int32Array.of(0, 1, 1, 2, 3, 3, 3),
      values: ['a', 'b', 'a', 'c'],
    });
    expect(fitEncoding(definition, { rows: 7, columns }).categories).toEqual({ channel: ['c', 'a', 'b'] });
  });

  it('keeps names that every object has, and leaves out what no transaction may carry', () => {
    const seen = table(['__proto__', 'toString', '__proto__', 'x'.repeat(257), 'a\u0000']);
    expect(fitEncoding(definition, seen).categories).toEqual({ channel: ['__proto__', 'toString'] });
  });

  it('refuses a table without the column, or with another type', () => {
    const columns: FeatureTable['columns'] = new Map([
      ['channel', { type: 'number', values: new Float32Array(1) }],
    ] as const);
    expect(() => fitEncoding(definition, { rows: 1, columns })).toThrow("no category column 'channel'");
    expect(() => fitEncoding(definition, { rows: 1, columns: new Map() })).toThrow("no category column 'channel'");
  });
});
