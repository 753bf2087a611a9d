import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import koffi from 'koffi';

export interface BoostingTask {
  /** A CSV of numbers, in order of time, the label last. */
  readonly file: string;
  readonly threads: number;
  readonly rounds: number;
  readonly depth: number;
  /** Of the file's rows, the earliest: 1 is all of them, 0.8 what the service trains on. */
  readonly share: number;
}

/**
 * The rival: XGBoost's C library called in a plain loop, by a process of its own. Only the boosting is timed: neither
 * reading the file nor building XGBoost's matrix.
 * @returns seconds
 */
export function boostAlone(task: BoostingTask): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(task)]);
    child.once('message', (seconds) => {
      resolve(Number(seconds));
    });
    child.once('exit', (code) => {
      reject(new Error(`XGBoost alone ended with exit code ${code}`));
    });
  });
}

function run({ file, threads, rounds, depth, share }: BoostingTask): number {
  const { matrix, labels, width } = read(file, share);
  const library = koffi.load(process.env['XGBOOST_LIBRARY'] ?? 'libxgboost.so.0');
  const check = (code: unknown): void => {
    if (code !== 0) throw new Error('XGBoost failed');
  };
  const createMatrix = library.func(
    'int XGDMatrixCreateFromMat(void *data, uint64_t rows, uint64_t columns, float missing, _Out_ void **out)',
  );
  const setInfo = library.func('int XGDMatrixSetFloatInfo(void *matrix, str field, void *values, uint64_t length)');
  const createBooster = library.func('int XGBoosterCreate(void *matrices, uint64_t length, _Out_ void **out)');
  const setParam = library.func('int XGBoosterSetParam(void *booster, str name, str value)');
  const update = library.func('int XGBoosterUpdateOneIter(void *booster, int round, void *matrix)');

  const out: [unknown] = [null];
  check(createMatrix(matrix, labels.length, width, NaN, out));
  const [data] = out;
  check(setInfo(data, 'label', labels, labels.length));
  const matrices = new BigUint64Array([koffi.address(data)]);
  check(createBooster(matrices, 1, out));
  const [booster] = out;
  const settings = {
    objective: 'binary:logistic',
    tree_method: 'hist',
    max_depth: depth,
    eta: 0.1,
    nthread: threads,
    verbosity: 0,
    base_score: 0.5,
  };
  for (const [name, value] of Object.entries(settings)) check(setParam(booster, name, String(value)));
  const begun = performance.now();
  for (let round = 0; round < rounds; round++) check(update(booster, round, data));
  return (performance.now() - begun) / 1_000;
}

function read(file: string, share: number): { matrix: Float32Array; labels: Float32Array; width: number } {
  const [header = '', ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
  const width = header.split(',').length - 1;
  const rows = Math.floor(lines.length * share);
  const matrix = new Float32Array(rows * width);
  const labels = new Float32Array(rows);
  for (const [row, line] of lines.slice(0, rows).entries()) {
    const cells = line.split(',').map(Number);
    matrix.set(cells.slice(0, width), row * width);
    labels[row] = cells[width] ?? NaN;
  }
  return { matrix, labels, width };
}

const [, script, task] = process.argv;
if (script === fileURLToPath(import.meta.url) && task) {
  process.send?.(run(JSON.parse(task) as BoostingTask));
  process.disconnect();
}
