import { describe, expect, it } from '@jest/globals';
import { OLD_REPORT_FACTS, REPORT_FACTS } from '../../../../test/support/report-facts.js';
import { reportPage } from './report-page.js';

const text = (html: string): string => html.replaceAll('\u00a0', ' ').replaceAll(/<[^>]*>/g, '');

describe('reportPage', () => {
  it('needs nothing from outside and runs nothing', () => {
    for (const facts of [REPORT_FACTS, OLD_REPORT_FACTS]) {
      const html = reportPage(facts);
      expect(html).toMatch(/^<!doctype html>/);
      expect(html).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|https?:|\son\w+=/);
    }
  });

  it('keeps text that was stored as text', () => {
    const hostile = `<script>alert('1')</script>"&`;
    const html = reportPage({
      ...REPORT_FACTS,
      model: hostile,
      description: hostile,
      metric: hostile,
      algorithm: hostile,
      training: { id: 1, requestedBy: hostile },
      dataset: { ...REPORT_FACTS.dataset, source: hostile, sha256: hostile },
      split: { ...REPORT_FACTS.split, method: hostile },
      calibration: { method: hostile },
      importances: { [hostile]: 1 },
      policy: {
        version: 1,
        spec: { kind: 'costs', missed_fraud: hostile, false_alarm: 1, review: 1 },
        cutOffs: { review: 0.1, block: 2 },
      },
      comparison: REPORT_FACTS.comparison && {
        ...REPORT_FACTS.comparison,
        reason: hostile,
        metric: hostile,
        guards: [{ name: hostile, passed: false, detail: hostile }],
      },
      trials: [{ number: 1, params: { [hostile]: 1 }, value: 1 }],
    });
    expect(html).not.toContain('<script');
    expect(html).not.toContain('"&"');
    expect(html.split('&lt;script&gt;').length).toBeGreaterThan(15);
  });

  it('names every image, and gives its numbers', () => {
    const html = reportPage(REPORT_FACTS);
    const images = [...html.matchAll(/<svg [^>]*role="img" aria-labelledby="(\S+) (\S+)"/g)];
    expect(images).toHaveLength(8);
    for (const [, title, description] of images) {
      expect(html).toMatch(new RegExp(`<title id="${title}">[^<]+</title>\n<desc id="${description}">[^<]+</desc>`));
    }
    const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const figures = html.split('<figure>').slice(1);
    expect(figures).toHaveLength(7);
    for (const figure of figures) expect(figure.slice(0, figure.indexOf('</figure>'))).toContain('<table>');
  });

  it('has a finite number at every place', () => {
    for (const facts of [REPORT_FACTS, OLD_REPORT_FACTS]) {
      expect(reportPage(facts)).not.toMatch(/NaN|Infinity|undefined|null|\[object/);
    }
  });

  it('tells what the version is', () => {
    const page = text(reportPage(REPORT_FACTS));
    expect(page).toContain('claims version 3');
    expect(page).toContain('Champion: this version decides');
    expect(page).toContain('5,000, of which 50 frauds (1 %)');
    expect(page).toContain('2,900 rows to train, 1,000 to calibrate, 1,000 held out, 100 left out between them');
    expect(page).toContain('training 17, asked for by risk');
    expect(page).not.toContain('simulated');
  });

  it('warns of simulated data', () => {
    const page = reportPage({ ...REPORT_FACTS, dataset: { ...REPORT_FACTS.dataset, simulated: true } });
    expect(page).toMatch(/role="note">Trained on simulated data/);
  });

  it('says in a line what an older version lacks', () => {
    const html = reportPage(OLD_REPORT_FACTS);
    expect(html.match(/<p class="none">/g)).toHaveLength(4);
    expect(html.match(/<figure>/g)).toHaveLength(1);
    const page = text(html);
    expect(page).toContain('stored without intervals');
    expect(page).toContain('stored without a reliability curve');
    expect(page).toContain('stored without a curve of its cut-offs');
    expect(page).toContain('Not promoted on 1970-01-01 00:00 UTC: not better.');
    expect(page).toContain('There was no search');
  });
});
