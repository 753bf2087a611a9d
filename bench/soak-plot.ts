import type { Measurement } from './soak-samples.js';

const WIDTH = 900;
const HEIGHT = 360;
const LEFT = 60;
const BOTTOM = 40;
const TOP = 40;
const MINUTE_MS = 60_000;
const MEBIBYTE = 1024 ** 2;
const TICKS = 5;

const LINES = [
  ['API', 'api', '#1f5fa8'],
  ['API, heap', 'apiHeap', '#8ab4e0'],
  ['worker', 'worker', '#b3541e'],
  ['worker, heap', 'workerHeap', '#e6b08f'],
  ['PostgreSQL', 'postgres', '#4d7f3d'],
] as const;

/** Memory over time as an SVG picture: MiB against minutes. */
export function plotOf(measurements: readonly Measurement[]): string {
  const minutes = Math.max(...measurements.map(({ at }) => at)) / MINUTE_MS;
  const all = measurements.flatMap((measurement) => LINES.map(([, what]) => measurement[what] / MEBIBYTE));
  const most = Math.ceil(Math.max(...all) / 100) * 100;
  const x = (minute: number): string => (LEFT + (minute / minutes) * (WIDTH - LEFT - 10)).toFixed(1);
  const y = (mebibytes: number): string => (HEIGHT - BOTTOM - (mebibytes / most) * (HEIGHT - BOTTOM - TOP)).toFixed(1);
  const ticks = Array.from({ length: TICKS + 1 }, (_, index) => index / TICKS);
  const body = [
    ...ticks.map((share) => {
      const [at, label] = [y(share * most), (share * most).toFixed(0)];
      return `<path d="M${LEFT} ${at}H${WIDTH - 10}" stroke="#ddd"/><text x="${LEFT - 8}" y="${at}" text-anchor="end" dominant-baseline="middle">${label}</text>`;
    }),
    ...ticks.map((share) => {
      const label = (share * minutes).toFixed(minutes < 10 ? 1 : 0);
      return `<text x="${x(share * minutes)}" y="${HEIGHT - BOTTOM + 20}" text-anchor="middle">${label} min</text>`;
    }),
    ...LINES.map(([name, what, colour], index) => {
      const points = measurements.map(
        (measurement) => `${x(measurement.at / MINUTE_MS)} ${y(measurement[what] / MEBIBYTE)}`,
      );
      return `<path d="M${points.join('L')}" fill="none" stroke="${colour}"/><text x="${LEFT + index * 130}" y="20" fill="${colour}">${name}</text>`;
    }),
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">\n${body.join('\n')}\n</svg>\n`;
}
