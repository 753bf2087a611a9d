import { describe, expect, it } from '@jest/globals';
import { checkPolicy } from './check-policy.js';
import type { GivenPolicy } from './decision-policy.js';

const features = [
  { name: 'amount', type: 'number', nullable: false },
  { name: 'channel', type: 'category', nullable: false },
] as const;
const costs = (missed_fraud: number | string): GivenPolicy => ({
  kind: 'costs',
  missed_fraud,
  false_alarm: 20,
  review: 4,
});
const paths = (policy: GivenPolicy, columns: string[] = []): string[] =>
  checkPolicy(policy, features, columns).map(({ path }) => path);

describe('checkPolicy', () => {
  it.each<[string, GivenPolicy, string[]]>([
    ['cut-offs in order', { kind: 'fixed', review: 50, block: 50 }, []],
    ['cut-offs without a kind', { review: 50, block: null }, []],
    ['a review above the block', { kind: 'fixed', review: 60, block: 50 }, ['policy.review']],
    ['no scores', { review: NaN, block: 101 }, ['policy.review', 'policy.block']],
    ['a target', { kind: 'target', review: { recall: 0.8 }, block: null }, []],
    ['costs in figures', costs(250), []],
    ['costs by a number', costs('amount'), []],
    ['costs by a category', costs('channel'), ['policy.missed_fraud']],
    ['costs by no column', costs('Amount'), ['policy.missed_fraud']],
  ])('%s', (_, policy, expected) => {
    expect(paths(policy)).toEqual(expected);
  });

  it('takes a column that is no feature where the champion was trained with it', () => {
    expect(paths(costs('loss'), ['loss'])).toEqual([]);
  });
});
