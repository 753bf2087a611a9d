import { beforeEach, describe, expect, it } from '@jest/globals';
import { Metrics } from '@app/metrics';
import { ScoringMetrics } from './scoring-metrics.js';

describe('ScoringMetrics', () => {
  let metrics: Metrics;
  let scoring: ScoringMetrics;
  beforeEach(() => {
    metrics = new Metrics();
    scoring = new ScoringMetrics(metrics);
  });

  const decide = (model: string, version: number): void => {
    scoring.count(model, version, [{ decision: 'review', score: 60, warnings: [] }]);
  };
  const versionsOf = async (metric: string, model: string): Promise<string[]> => {
    const lines = (await metrics.text()).matchAll(new RegExp(`^${metric}{.*model="${model}",version="(\\d+)"`, 'gm'));
    return [...new Set([...lines].map(([, version = '']) => version))];
  };

  it('keep the five versions of a model that came last', async () => {
    for (let version = 1; version <= 7; version++) decide('a', version);
    decide('b', 1);
    for (const metric of ['fraud_decisions_total', 'fraud_score_count', 'fraud_score_bucket']) {
      expect(await versionsOf(metric, 'a')).toEqual(['3', '4', '5', '6', '7']);
      expect(await versionsOf(metric, 'b')).toEqual(['1']);
    }
  });

  it('keep one that is champion again, and drop the one that has not scored for longest', async () => {
    for (const version of [1, 2, 3, 4, 5, 1, 6]) decide('a', version);
    expect((await versionsOf('fraud_score_count', 'a')).sort()).toEqual(['1', '3', '4', '5', '6']);
  });

  it('count a whole batch', async () => {
    scoring.count('a', 1, [
      { decision: 'approve', score: 0, warnings: [] },
      { decision: 'block', score: 100, warnings: [] },
      { decision: 'block', score: 95, warnings: [] },
    ]);
    const text = await metrics.text();
    expect(text).toContain('fraud_decisions_total{model="a",version="1",decision="block"} 2');
    expect(text).toContain('fraud_score_sum{model="a",version="1"} 195');
    expect(text).toContain('fraud_score_bucket{le="0",model="a",version="1"} 1');
  });
});
