import { type MeasuredRows, measure } from '@app/training';

/** The figures of one model's probabilities on the test rows, in the order of `names`: `0.683 (0.641–0.721)`. */
export async function shownFigures(rows: MeasuredRows, names: readonly string[]): Promise<string[]> {
  const metrics = await measure(rows, { threshold: 50, seed: 1 });
  const figures: Readonly<Record<string, unknown>> = { ...metrics };
  return names.map((name) => {
    const [low, high] = metrics.intervals[name] ?? [];
    const range = low === undefined || high === undefined ? '' : ` (${shown(low)}–${shown(high)})`;
    return shown(figures[name]) + range;
  });
}

function shown(figure: unknown): string {
  return typeof figure === 'number' ? figure.toFixed(3) : '–';
}
