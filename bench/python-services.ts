import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '@app/embedded';

const HOME = fileURLToPath(new URL('../../bench/python', import.meta.url));
const PYTHONS = ['python3', '/usr/bin/python3'];
const NEEDED = 'fastapi, uvicorn, sklearn, xgboost, pandas, joblib';
const WORKERS = 2;
const SERVICES = [
  { name: 'FastAPI + random forest', app: 'forest_service:app' },
  { name: 'FastAPI + XGBoost', app: 'xgboost_service:app' },
  { name: 'FastAPI + XGBoost, tuned', app: 'xgboost_tuned_service:app' },
];
/** Importing pandas and scikit-learn twice takes a while where much else runs. */
const START_PATIENCE_MILLISECONDS = 60_000;
const POLL_MILLISECONDS = 100;

const run = promisify(execFile);

/** A service in Python, {@link WORKERS} processes behind one port. */
export interface PythonService {
  readonly name: string;
  /** Where it scores. */
  readonly url: string;
  stop(): Promise<void>;
}

/** @returns the first Python that has all that the services need; null: none */
export async function findPython(): Promise<string | null> {
  for (const python of PYTHONS) {
    const { stdout } = await run(python, ['-c', `import ${NEEDED}; print('fit')`]).catch(() => ({ stdout: '' }));
    if (stdout.trim() === 'fit') return python;
  }
  return null;
}

/**
 * Trains what the services serve, and starts all.
 * @param rows a CSV as the simulator writes it
 * @param directory for the trained models
 */
export async function startPythonServices(python: string, rows: string, directory: string): Promise<PythonService[]> {
  await run(python, ['train.py', rows, directory], { cwd: HOME });
  return Promise.all(SERVICES.map(({ name, app }) => start(python, name, app, directory)));
}

async function start(python: string, name: string, app: string, directory: string): Promise<PythonService> {
  const port = await freePort();
  const child = spawn(python, ['serve.py', app, String(port), String(WORKERS)], {
    cwd: HOME,
    // It ends when its input does, so also when this process is killed.
    stdio: ['pipe', 'ignore', 'inherit'],
    // A row is too little work to share: without these, idle threads spin for it.
    env: {
      ...process.env,
      MODELS: directory,
      OMP_NUM_THREADS: '1',
      OPENBLAS_NUM_THREADS: '1',
      PYTHONDONTWRITEBYTECODE: '1',
    },
  });
  const gone = once(child, 'exit');
  const url = `http://127.0.0.1:${port}/predict`;
  await untilItAnswers(url, name, () => child.exitCode === null);
  return {
    name,
    url,
    stop: async () => {
      child.stdin.end();
      await gone;
    },
  };
}

async function untilItAnswers(url: string, name: string, runs: () => boolean): Promise<void> {
  const end = performance.now() + START_PATIENCE_MILLISECONDS;
  while (runs() && performance.now() < end) {
    const answer = await fetch(url).catch(() => null);
    // It takes no GET, but says so itself.
    if (answer?.status === 405) return;
    await delay(POLL_MILLISECONDS);
  }
  throw new Error(`${name} did not start`);
}
