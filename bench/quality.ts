/**
 * How good the models are that this build trains, by the real service.
 *
 * Each built-in model on simulated rows; for comparing two commits: give both the same files, then `npm run bench:compare`.
 *
 *   npm run bench:quality -- --out quality.json [--data folder with credit-card.csv, …] [--rows 50000]
 *
 * On data that others have published figures for, which the project does not bring (see README.md beside this file):
 *
 *   npm run bench:quality -- --handbook file --cards file [--legitimate-weight 10.654] [--trials 20]
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { machine } from './machine.js';
import { CARDS_HEADINGS, cardsQuality } from './quality-cards.js';
import { HANDBOOK_HEADINGS, handbookQuality } from './quality-handbook.js';
import { simulatedQuality } from './quality-simulated.js';
import { startService } from './service.js';
import { printTable } from './table.js';

const { values } = parseArgs({
  options: {
    out: { type: 'string' },
    data: { type: 'string' },
    rows: { type: 'string', default: '50000' },
    handbook: { type: 'string' },
    cards: { type: 'string' },
    'legitimate-weight': { type: 'string', default: '10.654' },
    trials: { type: 'string', default: '0' },
    threads: { type: 'string', default: String(Math.min(4, availableParallelism())) },
  },
});
const { out, handbook, cards } = values;
if (out === undefined && handbook === undefined && cards === undefined) {
  throw new Error('Say what to measure: --out, the file for the figures on simulated rows; --handbook; or --cards');
}

const directory = await mkdtemp(join(tmpdir(), 'fraud-scoring-bench-'));
const service = await startService({ TRAINING_THREADS: values.threads });
try {
  const task = { directory, trials: Number(values.trials), threads: Number(values.threads) };
  if (handbook !== undefined || cards !== undefined) console.log(machine());
  if (handbook !== undefined) {
    const table = await handbookQuality(service, { ...task, file: handbook });
    console.log();
    printTable(HANDBOOK_HEADINGS, table);
  }
  if (cards !== undefined) {
    const legitimateWeight = Number(values['legitimate-weight']);
    const table = await cardsQuality(service, { ...task, file: cards, legitimateWeight });
    console.log();
    printTable(CARDS_HEADINGS, table);
  }
  if (out !== undefined) {
    const rows = values.data === undefined ? Number(values.rows) : null;
    const report = await simulatedQuality(service, { directory: values.data ?? directory, rows });
    await writeFile(out, JSON.stringify(report, null, 2));
  }
} finally {
  await service.stop();
  await rm(directory, { recursive: true, force: true });
}
