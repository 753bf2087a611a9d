import { median } from './table.js';
import type { Load } from './wrk.js';

/** What one server did with so many clients, a load for each turn. */
export interface Measured {
  readonly side: string;
  readonly clients: number;
  readonly loads: readonly Load[];
}

export const SCORING_HEADINGS = [
  '',
  'clients',
  'requests a second',
  'of the limit',
  'p99: ms',
  'times the limit’s p99',
];

/** A row for each measurement; those that the limit was measured beside also say how they compare with it. */
export function scoringRows(all: readonly Measured[], limit: string): string[][] {
  return all.map(({ side, clients, loads }) => {
    const against = side === limit ? undefined : find(all, limit, clients);
    const rates = loads.map(({ perSecond }) => perSecond);
    const p99s = loads.map(({ p99 }) => p99);
    return [
      side,
      String(clients),
      spread(rates, 0),
      against ? spread(ratios(loads, against.loads, 'perSecond'), 2) : '',
      median(p99s).toFixed(1),
      against ? spread(ratios(loads, against.loads, 'p99'), 1) : '',
    ];
  });
}

/** How many times as many requests one measurement answered as another, turn by turn. */
export function timesAsMany(of: Measured, than: Measured): string {
  return spread(ratios(of.loads, than.loads, 'perSecond'), 1);
}

/** The measurement of a side with the most requests. */
export function best(all: readonly Measured[], side: string): Measured | undefined {
  const rate = ({ loads }: Measured): number => median(loads.map(({ perSecond }) => perSecond));
  return all.filter((each) => each.side === side).toSorted((a, b) => rate(b) - rate(a))[0];
}

/** What a side did with so many clients. */
export function find(all: readonly Measured[], side: string, clients: number): Measured | undefined {
  return all.find((each) => each.side === side && each.clients === clients);
}

/** Of each turn, since what slows the machine slows both. */
function ratios(of: readonly Load[], to: readonly Load[], figure: 'perSecond' | 'p99'): number[] {
  return of.map((load, turn) => load[figure] / (to[turn]?.[figure] ?? NaN));
}

/** Median and range. */
function spread(values: readonly number[], digits: number): string {
  const [middle, least, most] = [median(values), Math.min(...values), Math.max(...values)];
  return `${middle.toFixed(digits)} (${least.toFixed(digits)}–${most.toFixed(digits)})`;
}
