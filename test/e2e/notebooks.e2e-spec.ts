import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SimulatedModel } from '@app/simulator';
import { startApp, type TestApp } from '../support/app.js';
import { makeKey } from '../support/keys.js';
import { FETCH_TIMEOUT, pathOf } from '../support/tool.js';
import { simulatedCsv } from '../support/training.js';

const NOTEBOOKS = fileURLToPath(new URL('../../docs/notebooks/', import.meta.url));
const NAMES = readdirSync(NOTEBOOKS).filter((name) => name.endsWith('.ipynb'));
const FIGURES = 4;

interface Output {
  readonly output_type: string;
  readonly text?: readonly string[];
  readonly data?: { readonly 'text/plain'?: readonly string[]; readonly 'image/png'?: string };
}

interface Notebook {
  readonly cells: readonly {
    readonly cell_type: string;
    readonly execution_count?: number | null;
    readonly outputs?: readonly Output[];
  }[];
}

interface Decided {
  readonly probability: number;
  readonly score: number;
  readonly transaction_id: string;
}

/** The notebooks are executed as their readers do, each cell from top to bottom. */
describe('the notebooks', () => {
  let app: TestApp;
  let key: string;
  let python: string;
  beforeAll(async () => {
    [app, python] = await Promise.all([startApp(), pathOf('jupyter')]);
    ({ key } = await makeKey(app, [app.url], { scopes: ['score', 'train'] }));
  }, FETCH_TIMEOUT);
  afterAll(() => app.stop());

  async function execute(name: string, settings: NodeJS.ProcessEnv): Promise<{ failed: boolean; output: string }> {
    const directory = join(app.dataDir, 'executed');
    await mkdir(directory, { recursive: true });
    const home = { HOME: app.dataDir, JUPYTER_ALLOW_INSECURE_WRITES: '1', PATH: process.env['PATH'] };
    const args = ['-m', 'nbconvert', '--to', 'notebook', '--execute', '--output-dir', directory, join(NOTEBOOKS, name)];
    return new Promise((resolve) => {
      execFile(python, args, { env: { ...home, API_URL: app.url, ...settings } }, (error, stdout, stderr) => {
        resolve({ failed: error !== null, output: stdout + stderr });
      });
    });
  }

  it.each(NAMES)('are kept without their output: %s', (name) => {
    for (const { outputs = [], execution_count: count = null } of read(readFileSync(join(NOTEBOOKS, name), 'utf8'))
      .cells) {
      expect(outputs).toEqual([]);
      expect(count).toBeNull();
    }
  });

  const models: readonly SimulatedModel[] = ['credit-card', 'payments'];
  it.each(models)(
    'train a version, follow it, and judge its decisions: %s',
    async (model) => {
      const csv = simulatedCsv(model, { rows: 3_000, seed: 5 });
      const file = join(app.dataDir, `${model}.csv`);
      await writeFile(file, csv);
      const name = 'train-and-judge.ipynb';
      const { failed, output } = await execute(name, { API_KEY: key, MODEL: model, DATASET: file });
      expect({ failed, output: failed ? output : '' }).toEqual({ failed: false, output: '' });

      const outputs = outputsOf(read(await readFile(join(app.dataDir, 'executed', name), 'utf8')));
      expect(outputs.filter((each) => each.data?.['image/png'])).toHaveLength(FIGURES);
      const text = outputs.map(textOf).join('\n');
      expect(text).toMatch(/\n100% {2}processed, done\n/);
      expect(text).toContain('version 1: first version: there was no champion');

      // What it says of the decisions is what follows from the stored ones and the file.
      const decided = await app.db.query<Decided>(
        `SELECT probability, score, transaction_id FROM decisions JOIN models ON models.id = model_id
         WHERE name = $1 AND transaction_id LIKE 'notebook-%' AND reasons = '[]'`,
        [model],
      );
      const labels = csv
        .trimEnd()
        .split('\n')
        .slice(1)
        .map((line) => line.endsWith(',1'));
      const judged = decided.rows.map((row) => ({
        ...row,
        fraud: labels[Number(row.transaction_id.slice(9))] === true,
      }));
      expect(judged).toHaveLength(600);
      const called = judged.filter(({ score }) => score >= 50);
      const hits = called.filter(({ fraud }) => fraud);
      expect(hits.length).toBeGreaterThan(0);
      expect(text).toMatch(
        new RegExp(`\\n50 +${called.length} +${hits.length} +${(hits.length / called.length).toFixed(3)} `),
      );
      expect(text).toContain(`average precision ${averagePrecision(judged).toFixed(6)}, `);
      expect(text).toContain(`area under the ROC curve ${rocArea(judged).toFixed(6)}\n`);
    },
    180_000,
  );

  it.each([
    ['no key', { API_KEY: '' }, 'Set API_KEY to a key of this installation.'],
    ['no data', { DATASET: 'nowhere.csv' }, 'nowhere.csv is not there. Set DATASET to a CSV file, or make one:'],
    ['no such model', { MODEL: 'nothing' }, 'GET /v1/models/nothing: 404 '],
  ])(
    'say what to mend: %s',
    async (_, settings, line) => {
      const file = join(app.dataDir, 'payments.csv');
      await writeFile(file, simulatedCsv('payments', { rows: 100 }));
      const { failed, output } = await execute('train-and-judge.ipynb', { API_KEY: key, DATASET: file, ...settings });
      expect(output).toContain(line);
      expect(failed).toBe(true);
    },
    180_000,
  );
});

function read(text: string): Notebook {
  return JSON.parse(text) as Notebook;
}

function outputsOf({ cells }: Notebook): Output[] {
  return cells.flatMap(({ outputs = [] }) => outputs);
}

function textOf({ text, data }: Output): string {
  return (text ?? data?.['text/plain'] ?? []).join('');
}

type Judged = Pick<Decided, 'probability'> & { readonly fraud: boolean };

/** The mean, over the frauds, of the precision at their probability. */
function averagePrecision(judged: readonly Judged[]): number {
  const frauds = judged.filter(({ fraud }) => fraud);
  const precisions = frauds.map(({ probability }) => {
    const called = judged.filter((each) => each.probability >= probability);
    return called.filter(({ fraud }) => fraud).length / called.length;
  });
  return precisions.reduce((sum, each) => sum + each, 0) / frauds.length;
}

/** How often a fraud is above another transaction; equals count half. */
function rocArea(judged: readonly Judged[]): number {
  const frauds = judged.filter(({ fraud }) => fraud);
  const others = judged.filter(({ fraud }) => !fraud);
  const won = frauds.flatMap((a) =>
    others.map((b) => (a.probability > b.probability ? 1 : a.probability === b.probability ? 0.5 : 0)),
  );
  return won.reduce<number>((sum, each) => sum + each, 0) / won.length;
}
