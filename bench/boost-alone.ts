import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import koffi from 'koffi';

export interface BoostingTask {
  /** A CSV of numbers, in order of time, the label last. */
  readonly file: string;
  /** Columns that are no inputs, besides `weight`. */
  readonly ignored?: readonly string[];
  readonly threads: number;
  readonly rounds: number;
  readonly depth: number;
  /** Of the file's rows, the earliest: 1 is all of them, 0.8 what the service trains on. */
  readonly share: number;
  /** How splits are looked for; by histograms when not told. */
  readonly method?: 'hist' | 'exact';
  /** Train with the column `weight`. */
  readonly weighted?: boolean;
}

export interface Boosted {
  readonly seconds: number;
  /** Of fraud, for each of the file's rows that were not trained on. */
  readonly probabilities: Float32Array;
}

/**
 * The rival: XGBoost's C library called in a plain loop, by a process of its own. Only the boosting is timed: neither
 * reading the file nor building XGBoost's matrix.
 */
export function boostAlone(task: BoostingTask): Promise<Boosted> {
  return new Promise((resolve, reject) => {
    // Typed arrays arrive as such.
    const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(task)], { serialization: 'advanced' });
    child.once('message', (boosted) => {
      resolve(boosted as Boosted);
    });
    child.once('exit', (code) => {
      reject(new Error(`XGBoost alone ended with exit code ${code}`));
    });
  });
}

function run(task: BoostingTask): Boosted {
  const { threads, rounds, depth, method = 'hist', weighted = false } = task;
  const { train, rest, width } = read(task);
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
  const predict = library.func(
    'int XGBoosterPredictFromDMatrix(void *booster, void *matrix, str config, _Out_ void **shape, _Out_ uint64_t *dimensions, _Out_ void **result)',
  );

  const out: [unknown] = [null];
  const matrixOf = ({ matrix, rows }: Part): unknown => {
    check(createMatrix(matrix, rows, width, NaN, out));
    return out[0];
  };
  const data = matrixOf(train);
  check(setInfo(data, 'label', train.labels, train.rows));
  if (weighted) check(setInfo(data, 'weight', train.weights, train.rows));
  const matrices = new BigUint64Array([koffi.address(data)]);
  check(createBooster(matrices, 1, out));
  const [booster] = out;
  const settings = {
    objective: 'binary:logistic',
    tree_method: method,
    max_depth: depth,
    eta: 0.1,
    nthread: threads,
    verbosity: 0,
    base_score: 0.5,
  };
  for (const [name, value] of Object.entries(settings)) check(setParam(booster, name, String(value)));
  const begun = performance.now();
  for (let round = 0; round < rounds; round++) check(update(booster, round, data));
  const seconds = (performance.now() - begun) / 1_000;
  if (rest.rows === 0) return { seconds, probabilities: new Float32Array() };

  const config = { type: 0, training: false, iteration_begin: 0, iteration_end: 0, strict_shape: false };
  check(predict(booster, matrixOf(rest), JSON.stringify(config), [null], [0], out));
  return { seconds, probabilities: Float32Array.from(koffi.decode(out[0], 'float', rest.rows) as number[]) };
}

interface Part {
  readonly rows: number;
  readonly matrix: Float32Array;
  readonly labels: Float32Array;
  readonly weights: Float32Array;
}

function read({ file, share, ignored = [] }: BoostingTask): { train: Part; rest: Part; width: number } {
  const [header = '', ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
  const names = header.split(',');
  const label = names.length - 1;
  const weight = names.indexOf('weight');
  const inputs = names.flatMap((name, at) => (at === label || at === weight || ignored.includes(name) ? [] : [at]));
  const partOf = (part: readonly string[]): Part => {
    const rows = part.length;
    const matrix = new Float32Array(rows * inputs.length);
    const labels = new Float32Array(rows);
    const weights = new Float32Array(rows).fill(1);
    for (const [row, line] of part.entries()) {
      const cells = line.split(',').map(Number);
      for (const [at, input] of inputs.entries()) matrix[row * inputs.length + at] = cells[input] ?? NaN;
      labels[row] = cells[label] ?? NaN;
      if (weight >= 0) weights[row] = cells[weight] ?? NaN;
    }
    return { rows, matrix, labels, weights };
  };
  const trained = Math.round(lines.length * share);
  return { train: partOf(lines.slice(0, trained)), rest: partOf(lines.slice(trained)), width: inputs.length };
}

const [, script, task] = process.argv;
if (script === fileURLToPath(import.meta.url) && task) {
  // Disconnected at once, a large message would be cut off.
  process.send?.(run(JSON.parse(task) as BoostingTask), () => {
    process.disconnect();
  });
}
