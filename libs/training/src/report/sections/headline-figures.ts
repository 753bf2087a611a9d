import { amount, count, figure, percentage } from '../drawing/number-text.js';
import type { ReportInterval, ReportMetrics } from '../report-facts.js';

/** One figure of the holdout, and what it means. */
export interface HeadlineFigure {
  /** As in the metrics. */
  readonly name: string;
  readonly title: string;
  readonly meaning: string;
  readonly value: number;
  readonly interval: ReportInterval | null;
  readonly text: (value: number) => string;
  /** Whether it lies in 0–1, so that it can be drawn. */
  readonly isShare: boolean;
}

/** Those that the version has, the most telling first. */
export function headlineFigures(metrics: ReportMetrics): HeadlineFigure[] {
  return ALL.flatMap(({ name, title, meaning, value, text = percentage, isShare = true }) => {
    const stored = value(metrics);
    if (typeof stored !== 'number') return [];
    const interval = metrics.intervals?.[name] ?? null;
    return [{ name, title, meaning: meaning(metrics), value: stored, interval, text, isShare }];
  }).concat(precisionAt(metrics));
}

interface Known {
  readonly name: string;
  readonly title: string;
  readonly meaning: (metrics: ReportMetrics) => string;
  readonly value: (metrics: ReportMetrics) => number | null | undefined;
  /** A percentage where nothing else is said. */
  readonly text?: (value: number) => string;
  readonly isShare?: boolean;
}

const ALL: readonly Known[] = [
  {
    name: 'average_precision',
    title: 'Average precision',
    meaning: (metrics) =>
      `The share of frauds among the alerts, as a mean over all cut-offs. A guess gets ${figure(fraudShareOf(metrics))}, 1 is perfect.`,
    value: (metrics) => metrics.average_precision,
    text: figure,
  },
  {
    name: 'roc_auc',
    title: 'ROC AUC',
    meaning: () => 'The chance that a fraud scores above a legitimate transaction. A guess gets 0.5, 1 is perfect.',
    value: (metrics) => metrics.roc_auc,
    text: figure,
  },
  {
    name: 'ks',
    title: 'KS',
    meaning: () => 'The largest lead of the frauds found over the false alarms, at any cut-off. A guess gets 0.',
    value: (metrics) => metrics.ks,
    text: figure,
  },
  {
    name: 'recall_at_fpr_0_001',
    title: 'Frauds found at 0.1 % false alarms',
    meaning: () => 'Of the frauds, what is found if 1 in 1,000 legitimate transactions may raise an alert.',
    value: (metrics) => metrics.recall_at_fpr_0_001,
  },
  {
    name: 'recall_at_fpr_0_01',
    title: 'Frauds found at 1 % false alarms',
    meaning: () => 'Of the frauds, what is found if 1 in 100 may.',
    value: (metrics) => metrics.recall_at_fpr_0_01,
  },
  {
    name: 'precision',
    title: 'Precision',
    meaning: ({ threshold }) => `Of what scores ${threshold} or more, what is fraud.`,
    value: (metrics) => metrics.precision,
  },
  {
    name: 'recall',
    title: 'Recall',
    meaning: ({ threshold }) => `Of the frauds, what scores ${threshold} or more.`,
    value: (metrics) => metrics.recall,
  },
  {
    name: 'f1',
    title: 'F1',
    meaning: () => 'Precision and recall in one: their harmonic mean.',
    value: (metrics) => metrics.f1,
    text: figure,
  },
  {
    name: 'card_precision_at_100',
    title: 'Card precision at 100',
    meaning: () => 'Of the 100 customers with the highest scores of a day, who is defrauded that day.',
    value: (metrics) => metrics.card_precision_at_100,
  },
  {
    name: 'expected_cost',
    title: 'Expected cost',
    meaning: () => 'What a transaction costs on average under the decision policy, in the unit of its costs.',
    value: (metrics) => metrics.expected_cost,
    text: amount,
    isShare: false,
  },
  {
    name: 'calibration_error',
    title: 'Calibration error',
    meaning: () => 'How far the probabilities are from the shares of frauds that came, on average. 0 is perfect.',
    value: (metrics) => metrics.calibration_error,
  },
];

function precisionAt({ precision_at, intervals }: ReportMetrics): HeadlineFigure[] {
  return (precision_at ?? []).map(({ k, precision }) => ({
    name: `precision_at_${k}`,
    title: `Precision at ${count(k)}`,
    meaning: `Of the ${count(k)} transactions with the highest scores, what is fraud.`,
    value: precision,
    interval: intervals?.[`precision_at_${k}`] ?? null,
    text: percentage,
    isShare: true,
  }));
}

/** By weight, where rows are weighted. */
function fraudShareOf({ frauds, rows, fraud_weight, weight }: ReportMetrics): number {
  const [part, whole] = fraud_weight && weight ? [fraud_weight, weight] : [frauds, rows];
  return whole > 0 ? part / whole : 0;
}
