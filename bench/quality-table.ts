/** What a training gave: figures on the holdout, or `error`: why there are none. */
export type Quality = Readonly<Record<string, unknown>>;
/** By model. */
export type QualityReport = Readonly<Record<string, Quality>>;

/** The figures to compare, and whether more of it is better. */
const FIGURES: readonly (readonly [name: string, better: 'more' | 'less'])[] = [
  ['average_precision', 'more'],
  ['roc_auc', 'more'],
  ['precision', 'more'],
  ['recall', 'more'],
  ['f1', 'more'],
  ['log_loss', 'less'],
  ['brier', 'less'],
];
const DIGITS = 4;

export const QUALITY_HEADINGS = ['model', 'figure', 'before', 'after', 'difference', ''] as const;

/** One row for each model and figure, in the order of `after`; those that only `before` has come last. */
export function qualityRows(before: QualityReport, after: QualityReport): string[][] {
  const models = [...new Set([...Object.keys(after), ...Object.keys(before)])];
  return models.flatMap((model) => rowsOf(model, before[model], after[model]));
}

function rowsOf(model: string, before: Quality | undefined, after: Quality | undefined): string[][] {
  const failures = [before, after].map((quality) => (quality === undefined ? 'no such model' : errorOf(quality)));
  if (failures.some((failure) => failure !== undefined)) {
    return [[model, 'training', failures[0] ?? 'trained', failures[1] ?? 'trained', '', '']];
  }
  return FIGURES.map(([figure, better]) => {
    const [was, is] = [numberOf(before, figure), numberOf(after, figure)];
    const difference = is - was;
    return [model, figure, was.toFixed(DIGITS), is.toFixed(DIGITS), signed(difference), verdict(difference, better)];
  });
}

function errorOf(quality: Quality): string | undefined {
  return typeof quality.error === 'string' ? quality.error : undefined;
}

function numberOf(quality: Quality | undefined, figure: string): number {
  const value = quality?.[figure];
  return typeof value === 'number' ? value : NaN;
}

function signed(difference: number): string {
  return difference === 0 ? '0' : `${difference > 0 ? '+' : ''}${difference.toFixed(DIGITS)}`;
}

/** Only of what can be seen in the table. */
function verdict(difference: number, better: 'more' | 'less'): string {
  if (!(Math.abs(difference) >= 0.5 * 10 ** -DIGITS)) return '';
  return difference > 0 === (better === 'more') ? 'better' : 'worse';
}
