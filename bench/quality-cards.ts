import { join } from 'node:path';
import { boostAlone } from './boost-alone.js';
import { query, sqlText, writeCsv } from './duckdb.js';
import { shownFigures } from './quality-figures.js';
import type { BenchService } from './service.js';
import { probabilitiesOf, trainChampion, upload } from './trainings.js';

export interface CardsTask {
  /** A CSV with Time, V1 to V28, Amount and Class, in order of time; also gzipped. */
  readonly file: string;
  /** How many legitimate transactions each legitimate row stands for. */
  readonly legitimateWeight: number;
  /** Of the search, whose version gets a row of its own; 0: none. */
  readonly trials: number;
  /** For files that are needed on the way. */
  readonly directory: string;
  readonly threads: number;
}

const MODEL = 'credit-card';
const FIGURES = ['average_precision', 'roc_auc', 'recall_at_fpr_0_001', 'calibration_error'] as const;
export const CARDS_HEADINGS = ['real cards, legitimate rows weighted', ...FIGURES] as const;

/** One row for the plain call and one for the search, and then XGBoost alone on the same rows. */
export async function cardsQuality(service: BenchService, task: CardsTask): Promise<string[][]> {
  const file = join(task.directory, 'cards.csv');
  await writeCsv(file, weightedSql(task));
  const dataset = await upload(service, file);
  const rows = await query(weightedSql(task));
  const table: string[][] = [];
  const add = async (name: string, from: number, probabilities: Float32Array): Promise<void> => {
    const test = rows.slice(from);
    const measured = {
      labels: Uint8Array.from(test, ({ Class: label = NaN }) => label),
      weights: Float64Array.from(test, ({ weight = NaN }) => weight),
      probabilities,
    };
    table.push([name, ...(await shownFigures(measured, FIGURES))]);
  };

  let from = 0;
  const trainAndAdd = async (name: string, request: object): Promise<void> => {
    const { lineage } = await trainChampion(service, MODEL, { dataset, ...request });
    // The holdout are the latest rows, which the version has not seen.
    from = rows.length - lineage.split.holdout_rows;
    const transactions = rows.slice(from).map(({ weight: _weight, Class: _label, ...transaction }) => transaction);
    await add(name, from, await probabilitiesOf(service, MODEL, transactions));
  };
  await trainAndAdd('a plain call', { weight_column: 'weight' });
  if (task.trials > 0) {
    const search = { trials: task.trials };
    await trainAndAdd(`best of ${task.trials} trials`, { weight_column: 'weight', search });
  }
  const alone = { file, share: from / rows.length, rounds: 100, depth: 6, threads: task.threads };
  for (const method of ['hist', 'exact'] as const) {
    for (const weighted of [true, false]) {
      const { probabilities } = await boostAlone({ ...alone, method, weighted });
      const name = `XGBoost alone, ${method}, 100 trees of depth 6, rate 0.1${weighted ? '' : ', weights ignored'}`;
      await add(name, from, probabilities);
    }
  }
  return table;
}

/** The rows with their weight, the label last. */
function weightedSql({ file, legitimateWeight }: CardsTask): string {
  return `
    SELECT * EXCLUDE (Class), CASE Class WHEN 1 THEN 1 ELSE ${legitimateWeight} END AS weight, Class
    FROM read_csv(${sqlText(file)})
    ORDER BY Time`;
}
