import { createWriteStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { SIMULATED_MODELS, simulateCsv } from '@app/simulator';
import type { Quality, QualityReport } from './quality-table.js';
import type { BenchService } from './service.js';
import { train, upload } from './trainings.js';

export interface SimulatedRows {
  /** Where `credit-card.csv` and so on are, or are written to. */
  readonly directory: string;
  /** Rows to simulate per model; null: the files are there. */
  readonly rows: number | null;
}

/** Each built-in model, trained by a plain call and measured on its holdout. */
export async function simulatedQuality(
  service: BenchService,
  { directory, rows }: SimulatedRows,
): Promise<QualityReport> {
  const report: Record<string, Quality> = {};
  for (const model of SIMULATED_MODELS) {
    const file = join(directory, `${model}.csv`);
    if (rows === null) await access(file);
    else await pipeline(Readable.from(simulateCsv(model, { rows, seed: 1 })), createWriteStream(file));
    report[model] = await qualityOf(service, model, file);
    console.error(`${model}: ${JSON.stringify(report[model])}`);
  }
  return report;
}

/** @returns the figures on the holdout; or why there are none, which is worth a line in the comparison, too */
async function qualityOf(service: BenchService, model: string, file: string): Promise<Quality> {
  const { error, version } = await train(service, model, { dataset: await upload(service, file), seed: 1 });
  if (error !== null) return { error: error.code, message: error.message };
  const stored = await service.call('GET', `/v1/models/${model}/versions/${version}`);
  return (stored as { metrics: Quality }).metrics;
}
