import { describe, expect, it } from '@jest/globals';
import { Metrics } from './metrics.js';
import { ProcessSum } from './process-sum.js';

describe('ProcessSum', () => {
  /** One process with a figure of each kind. */
  const processOf = (count: number, shown: number): Metrics => {
    const metrics = new Metrics();
    metrics.counter('things_total', 'Help.', ['kind']).series({ kind: 'a' }).add(count);
    const seconds = metrics.histogram('seconds', 'Help.', [], [1, 2]).series({});
    for (let done = 0; done < count; done++) seconds.observe(1.5);
    const value = [{ labels: {}, value: shown }];
    metrics.gauge('waiting', 'Help.', [], () => value);
    metrics.gauge('lowest', 'Help.', [], () => value, 'min');
    metrics.gauge('highest', 'Help.', [], () => value, 'max');
    metrics.gauge('version', 'Help.', ['model'], () => [{ labels: { model: 'm' }, value: shown }], 'each');
    return metrics;
  };

  it('adds up what is counted and what waits, and shows the rest as its makers say', async () => {
    const sum = new ProcessSum();
    sum.update(7, await processOf(2, 5).figures('1'));
    sum.update(8, await processOf(3, 6).figures('2'));
    const text = await sum.text();
    expect(text).toMatch(/^things_total\{kind="a"\} 5$/m);
    expect(text).toMatch(/^seconds_bucket\{le="1"\} 0$/m);
    expect(text).toMatch(/^seconds_bucket\{le="\+Inf"\} 5$/m);
    expect(text).toMatch(/^seconds_sum 7.5$/m);
    expect(text).toMatch(/^waiting 11$/m);
    expect(text).toMatch(/^lowest 5$/m);
    expect(text).toMatch(/^highest 6$/m);
    expect(text).toMatch(/^version\{model="m",process="1"\} 5$/m);
    expect(text).toMatch(/^version\{model="m",process="2"\} 6$/m);
    expect(text).toMatch(/^process_start_time_seconds \d+/m);
  });

  it('never falls where it counts, also while several go at once', async () => {
    const sum = new ProcessSum();
    for (const id of [1, 2, 3]) sum.update(id, await processOf(id, 1).figures(String(id)));
    sum.depart(1);
    sum.depart(2);
    sum.depart(99);
    for (const text of [await sum.text(), await sum.text()]) {
      expect(text).toMatch(/^things_total\{kind="a"\} 6$/m);
      expect(text).toMatch(/^seconds_count 6$/m);
      expect(text).toMatch(/^waiting 1$/m);
    }
    sum.depart(3);
    sum.update(4, await processOf(10, 1).figures('3'));
    expect(await sum.text()).toMatch(/^things_total\{kind="a"\} 16$/m);
  });

  it('takes a last word that has only what is counted', async () => {
    const sum = new ProcessSum();
    sum.update(1, await processOf(1, 4).figures('1'));
    sum.update(1, await processOf(2, 9).counted());
    const text = await sum.text();
    expect(text).toMatch(/^things_total\{kind="a"\} 2$/m);
    expect(text).toMatch(/^waiting 4$/m);
  });
});
