import { describe, expect, it } from '@jest/globals';
import { OLD_REPORT_FACTS, REPORT_FACTS } from '../../../../../test/support/report-facts.js';
import { figures } from './figures.js';
import { headlineFigures } from './headline-figures.js';

/** The bar of a figure: its ends on the line from 0 to 1, and its dot. */
function barOf(html: string, name: string): { range: number[] | null; dot: number } {
  const bar = html.split('data-figure="').find((each) => each.startsWith(`${name}"`)) ?? '';
  const [, zero, one] = (/class="grid" d="M([\d.]+) 9H([\d.]+)"/.exec(bar) ?? []).map(Number);
  const share = (place: number): number => (place - (zero ?? NaN)) / ((one ?? NaN) - (zero ?? NaN));
  const range = /class="range" d="M([\d.]+) 9H([\d.]+)"/.exec(bar);
  return {
    range: range && range.slice(1).map((place) => share(Number(place))),
    dot: share(Number(/cx="([\d.]+)"/.exec(bar)?.[1])),
  };
}

describe('figures', () => {
  const html = figures(REPORT_FACTS).text;

  it('draws a figure and its interval where they lie between 0 and 1', () => {
    const { range, dot } = barOf(html, 'average_precision');
    expect(dot).toBeCloseTo(0.71, 2);
    expect(range).toEqual([expect.closeTo(0.6, 2), expect.closeTo(0.8, 2)]);
  });

  it('draws no interval where there is none, and no bar of a cost', () => {
    expect(barOf(html, 'roc_auc').range).toBeNull();
    expect(html).not.toContain('data-figure="expected_cost"');
    expect(html).toContain('0.142<small>0.1 to 0.2</small>');
  });

  it('has the figures of any age that are there, each with its meaning', () => {
    const named = (all: ReturnType<typeof headlineFigures>): string[] => all.map(({ name }) => name);
    expect(named(headlineFigures(OLD_REPORT_FACTS.metrics))).toEqual([
      'average_precision',
      'roc_auc',
      'precision',
      'recall',
      'f1',
    ]);
    const all = headlineFigures(REPORT_FACTS.metrics);
    expect(all).toHaveLength(12);
    for (const { meaning } of all) expect(meaning).toMatch(/^[A-Z0-9].*\.$/);
    expect(all[0]?.meaning).toContain('A guess gets 0.010');
  });

  it('tells a guess by weight where rows are weighted', () => {
    const metrics = { ...REPORT_FACTS.metrics, weight: 5000, fraud_weight: 10 };
    expect(headlineFigures(metrics)[0]?.meaning).toContain('A guess gets 0.002');
  });

  it('has the figure that the model is judged by first among the large ones', () => {
    const large = figures({ ...REPORT_FACTS, metric: 'f1' }).text.match(/(?<=class="tile"><span>)[^<]+/g);
    expect(large).toEqual(['F1', 'Average precision', 'Recall']);
  });
});
