import { describe, expect, it } from '@jest/globals';
import { Metrics } from './metrics.js';

describe('Metrics', () => {
  it('read a gauge each time, and forget labels that are gone', async () => {
    const metrics = new Metrics();
    const models = ['a', 'b'];
    metrics.gauge('gone', 'Help.', ['model'], () => models.map((model) => ({ labels: { model }, value: 1 })));
    expect(await metrics.text()).toMatch(/^gone\{model="a"\} 1\ngone\{model="b"\} 1$/m);
    models.shift();
    expect(await metrics.text()).not.toContain('model="a"');
  });

  it('leave out what cannot be read, also after it could, and show the rest', async () => {
    const metrics = new Metrics();
    let works = true;
    const read = async (): Promise<{ labels: object; value: number }[]> => {
      if (!works) throw new Error('the database is away');
      return Promise.resolve([{ labels: {}, value: 7 }]);
    };
    metrics.gauge('asked_for', 'Help.', [], read);
    metrics.counter('counted_total', 'Help.', []).series({}).add();
    expect(await metrics.text()).toMatch(/^asked_for 7$/m);
    works = false;
    const text = await metrics.text();
    expect(text).not.toMatch(/^asked_for \d/m);
    expect(text).toMatch(/^counted_total 1$/m);
    works = true;
    expect(await metrics.text()).toMatch(/^asked_for 7$/m);
  });

  it('do not wait for what never answers', async () => {
    const metrics = new Metrics();
    metrics.gauge('never', 'Help.', [], () => new Promise(() => null));
    metrics.gauge('at_once', 'Help.', [], () => [{ labels: {}, value: 1 }]);
    const text = await metrics.text();
    expect(text).not.toMatch(/^never \d/m);
    expect(text).toMatch(/^at_once 1$/m);
  });
});
