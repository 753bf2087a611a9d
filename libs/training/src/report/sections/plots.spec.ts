import { describe, expect, it } from '@jest/globals';
import { REPORT_CURVE, REPORT_FACTS } from '../../../../../test/support/report-facts.js';
import { dotsOf, pathOf, svgOf, ticksOf, valueAt } from '../../../../../test/support/svg.js';
import { reportPage } from '../report-page.js';
import { wilson } from '../../metrics/wilson.js';

const HTML = reportPage(REPORT_FACTS);

const logOdds = (p: number): number => Math.log(p / (1 - p));

/** The probability at a place on an axis of log-odds, by the ticks of 0.1 % and 10 %. */
function probabilityAt(ticks: ReadonlyMap<string, number>, place: number): number {
  const [from, to] = [ticks.get('0.1') ?? NaN, ticks.get('10') ?? NaN];
  const odds = logOdds(0.001) + ((place - from) / (to - from)) * (logOdds(0.1) - logOdds(0.001));
  return 1 / (1 + Math.exp(-odds));
}

/** As precise as a tenth of a drawing's unit. */
const about = (value: number): unknown => expect.closeTo(value, 2);

describe('the reliability diagram', () => {
  const svg = svgOf(HTML, 'Reliability diagram');
  const { x, y } = ticksOf(svg);

  it('has each group where what was foretold meets what came', () => {
    const read = dotsOf(svg, 'main').map(([across, up]) => [probabilityAt(x, across), probabilityAt(y, up)]);
    expect(read).toEqual([
      [expect.closeTo(0.004, 4), expect.closeTo(0.004, 4)],
      [expect.closeTo(0.03, 3), expect.closeTo(0.036, 3)],
    ]);
  });

  it('has a group without a fraud at the lower edge, hollow, with what may yet come', () => {
    const [bottom] = [...y.values()].sort((a, b) => b - a);
    const [hollow] = dotsOf(svg, 'hollow');
    expect(hollow?.[1]).toBeCloseTo(bottom ?? NaN, 1);
    const [, low, high] = (/class="whisker" d="M[\d.]+ ([\d.]+)V([\d.]+)"/.exec(svg) ?? []).map(Number);
    expect(low).toBeCloseTo(bottom ?? NaN, 1);
    expect(probabilityAt(y, high ?? NaN)).toBeCloseTo(wilson(0, 500)[1], 4);
  });

  it('has under it how many rows each group has', () => {
    const heights = [...svgOf(HTML, 'Share of rows per group').matchAll(/height="(\d+)"\/>/g)].map(([, height]) =>
      Number(height),
    );
    expect(heights).toEqual([38, 19, 19]);
  });
});

describe('precision against recall', () => {
  const svg = svgOf(HTML, 'Precision against recall');
  const { x, y } = ticksOf(svg);
  const read = ([across, up]: readonly [number, number]): number[] => [
    valueAt(x, across, ['0', '100']) / 100,
    valueAt(y, up, ['0', '100']) / 100,
  ];

  it('goes through every point of the curve', () => {
    expect(pathOf(svg, 'line main').map(read)).toEqual(
      REPORT_CURVE.frauds.map((caught, at) => [
        about(caught / 10),
        about(caught / (caught + (REPORT_CURVE.legitimate[at] ?? 0))),
      ]),
    );
  });

  it('marks what the cut-offs of the policy do', () => {
    expect(dotsOf(svg, 'review').map(read)).toEqual([[about(0.9), about(9 / 24)]]);
    expect(dotsOf(svg, 'block').map(read)).toEqual([[about(0.6), about(6 / 7)]]);
  });
});

describe('alerts against the cut-off', () => {
  const svg = svgOf(HTML, 'Share of alerts against the cut-off');
  const { x, y } = ticksOf(svg);

  it('has each share of alerts above its cut-off, decades of equal height', () => {
    const [full, tenth] = [y.get('100') ?? NaN, y.get('10') ?? NaN];
    const read = pathOf(svg, 'line main').map(([across, up]) => [
      probabilityAt(x, across),
      10 ** ((full - up) / (tenth - full)),
    ]);
    expect(read).toEqual(
      [0.95, 0.8, 0.4, 0.04, 0.01, 0.001, 0.0001].map((cutOff, at) => {
        const share = [0.004, 0.007, 0.012, 0.024, 0.069, 0.3, 1][at] ?? NaN;
        return [about(cutOff), expect.closeTo(share, share < 0.1 ? 3 : 2)];
      }),
    );
  });

  it('marks the cut-offs', () => {
    const marked = [...svg.matchAll(/class="cut (\w+)" d="M([\d.]+) /g)].map(([, kind, at]) => [
      kind,
      probabilityAt(x, Number(at)),
    ]);
    expect(marked).toEqual([
      ['review', about(0.04)],
      ['block', about(0.8)],
    ]);
  });

  it('marks none that is never reached, and says so', () => {
    const policy = {
      version: 9,
      spec: { kind: 'fixed', review: 60, block: null },
      cutOffs: { review: 0.595, block: 1.01 },
    } as const;
    const html = reportPage({ ...REPORT_FACTS, policy });
    expect(svgOf(html, 'Share of alerts against the cut-off')).not.toContain('class="cut block"');
    expect(html).toContain('Policy 9 never chooses block.');
    expect(html).not.toContain('Cost against the cut-offs');
  });
});

describe('cost against the cut-offs', () => {
  const svg = svgOf(HTML, 'Cost against the cut-offs');
  const { x, y } = ticksOf(svg);
  const read = ([across, up]: readonly [number, number]): number[] => [
    probabilityAt(x, across),
    valueAt(y, up, ['0', '0.4']),
  ];

  it('has what a transaction costs as the review moves, and the block stays at 0.8', () => {
    // (missed amounts + reviews × 2 + one blocked legitimate × 25) / 1000; above 5 × the chosen 0.099 none is drawn.
    expect(pathOf(svg, 'line review').map(read)).toEqual([
      [about(0.95), about((300 + 25) / 1000)],
      [about(0.8), about((300 + 25) / 1000)],
      [about(0.4), about((100 + 2 * 5 + 25) / 1000)],
      [about(0.04), about((40 + 2 * 17 + 25) / 1000)],
      [about(0.01), about((40 + 2 * 62 + 25) / 1000)],
    ]);
  });

  it('has what it costs as the block moves, and the review stays at 0.04', () => {
    expect(pathOf(svg, 'line block').map(read)).toEqual([
      [about(0.95), about((40 + 2 * 20 + 0) / 1000)],
      [about(0.8), about((40 + 2 * 17 + 25) / 1000)],
      [about(0.4), about((40 + 2 * 12 + 4 * 25) / 1000)],
      [about(0.04), about((40 + 15 * 25) / 1000)],
    ]);
  });

  it('has the cost of doing nothing as a level, where it is not far above', () => {
    expect(svg).not.toContain('nothing flagged: ');
    const spec = { kind: 'costs', missed_fraud: 10, false_alarm: 25, review: 2 } as const;
    const policy = REPORT_FACTS.policy && { ...REPORT_FACTS.policy, spec };
    const drawn = svgOf(reportPage({ ...REPORT_FACTS, policy }), 'Cost against the cut-offs');
    const [, up] = /class="level" d="M[\d.]+ ([\d.]+)H/.exec(drawn) ?? [];
    expect(valueAt(ticksOf(drawn).y, Number(up), ['0', '0.1'])).toBeCloseTo(0.1, 3);
  });

  it('says what it does not know', () => {
    const curve = { ...REPORT_CURVE, amounts: {} };
    expect(reportPage({ ...REPORT_FACTS, curve })).toContain('does not know what a missed fraud costs');
  });
});

describe('importances', () => {
  it('has the largest first, as long as its share, and leaves out what is 0', () => {
    const widths = [...svgOf(HTML, 'Importances of the features').matchAll(/class="bar"[^>]* width="([\d.]+)"/g)].map(
      ([, width]) => Number(width),
    );
    expect(widths).toHaveLength(3);
    expect(widths.map((width) => width / (widths[0] ?? NaN))).toEqual([1, about(0.6), about(0.4)]);
  });

  it('has no more than 15, and tells of the others', () => {
    const importances = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`f${at}`, 0.05]));
    const html = reportPage({ ...REPORT_FACTS, importances });
    expect(svgOf(html, 'Importances of the features').match(/class="bar"/g)).toHaveLength(15);
    expect(html).toContain('The 5 others have 25\u00a0% together.');
  });
});

describe('the gain over the champion', () => {
  it('has the interval against 0 and against what was needed', () => {
    const svg = svgOf(HTML, 'Gain over the champion');
    const { x } = ticksOf(svg);
    const read = (place: string | undefined): number => valueAt(x, Number(place), ['0', '+0.04']);
    expect(dotsOf(svg, 'main').map(([across]) => read(String(across)))).toEqual([expect.closeTo(0.03, 3)]);
    expect(/class="range" d="M([\d.]+) 50H([\d.]+)"/.exec(svg)?.slice(1).map(read)).toEqual([
      expect.closeTo(0.01, 3),
      expect.closeTo(0.05, 3),
    ]);
    expect(read(/class="cut asked" d="M([\d.]+)/.exec(svg)?.[1])).toBeCloseTo(0.02, 3);
    expect(read(/class="zero" d="M([\d.]+)/.exec(svg)?.[1])).toBeCloseTo(0, 3);
  });

  it.each([
    [[0.01, 0.05], 'hardly luck'],
    [[-0.01, 0.05], 'may be luck'],
    [[-0.05, -0.01], 'it is worse'],
  ] as const)('says of an interval from %p that it is %s', ([low, high], words) => {
    const { comparison } = REPORT_FACTS;
    const gain = { value: (low + high) / 2, interval: [low, high], confidence: 0.95, minImprovement: 0 } as const;
    expect(reportPage({ ...REPORT_FACTS, comparison: comparison && { ...comparison, gain } })).toContain(words);
  });

  it('lists the guards', () => {
    expect(HTML).toMatch(/min frauds<\/th><td><b class="passed">✓ passed<\/b><\/td><td>10 frauds/);
    expect(HTML).toMatch(/calibration<\/th><td><b class="failed">✗ failed<\/b><\/td><td>much worse/);
  });

  it('says where there was no champion, and where nothing was compared', () => {
    const { comparison } = REPORT_FACTS;
    const first = comparison && { ...comparison, champion: null, gain: null };
    expect(reportPage({ ...REPORT_FACTS, comparison: first })).toContain('There was no champion');
    expect(reportPage({ ...REPORT_FACTS, comparison: null })).toContain('never compared');
  });
});

describe('the trials of a search', () => {
  const svg = svgOf(HTML, 'Trials of the search');
  const { x, y } = ticksOf(svg);
  const read = ([across, up]: readonly [number, number]): number[] => [
    valueAt(x, across, ['1', '4']),
    valueAt(y, up, ['0.6', '0.7']),
  ];

  it('has each at its value, and the best marked', () => {
    expect(dotsOf(svg, 'trial').map(read)).toEqual([
      [about(1), expect.closeTo(0.6, 3)],
      [about(4), expect.closeTo(0.65, 3)],
    ]);
    expect(dotsOf(svg, 'best').map(read)).toEqual([[about(2), expect.closeTo(0.7, 3)]]);
    expect(HTML).toContain('Trial 2 is the best');
    expect(HTML).toContain('1 failed.');
  });

  it('takes the least for the best where less is better', () => {
    const html = reportPage({ ...REPORT_FACTS, metric: 'log_loss', lowerIsBetter: true });
    expect(html).toContain('Trial 1 is the best');
  });

  it('says where all have failed', () => {
    const trials = [{ number: 1, params: {}, value: null }];
    expect(reportPage({ ...REPORT_FACTS, trials })).toContain('None of its trials came to an end');
  });
});
