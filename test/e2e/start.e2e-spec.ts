import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { waitFor } from '../support/wait-for.js';

const run = promisify(execFile);
const MAIN = fileURLToPath(new URL('../../dist/apps/standalone/main.js', import.meta.url));

jest.setTimeout(120_000);

/** `npm start` after its set-up, as a user sees it. */
class Start {
  output = '';
  private readonly child: ChildProcess;
  private readonly ended: Promise<unknown>;

  constructor(dataDir: string, environment: Readonly<Record<string, string>> = {}) {
    const { PATH, HOME, LD_LIBRARY_PATH, XGBOOST_LIBRARY } = process.env;
    this.child = spawn(process.execPath, [MAIN], {
      cwd: dataDir,
      env: {
        PATH,
        HOME,
        LD_LIBRARY_PATH,
        XGBOOST_LIBRARY,
        HOST: '127.0.0.1',
        PORT: '0',
        DATA_DIR: dataDir,
        TRAINING_THREADS: '1',
        ...environment,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (text) => (this.output += String(text)));
    }
    this.ended = once(this.child, 'close');
  }

  /** The line to paste, once it is printed. */
  async curlLine(): Promise<string> {
    const line = (): string | undefined => this.output.split('\n').find((text) => text.startsWith('curl '));
    const ended = (): boolean => this.child.exitCode !== null;
    await waitFor(() => line() ?? ended(), { timeout: 90_000, what: `the printed curl line` });
    return line() ?? Promise.reject(new Error(`it ended before it printed a curl line:\n${this.output}`));
  }

  async end(signal?: NodeJS.Signals): Promise<number | null> {
    if (signal) this.child.kill(signal);
    await this.ended;
    return this.child.exitCode;
  }

  /** The process ids of everything it has started, directly or not. */
  async descendants(): Promise<readonly number[]> {
    const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=']);
    const pairs = stdout.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
    const found = [this.child.pid];
    // Children come after their parent here, whatever their order in the table.
    for (const parent of found) {
      for (const [pid, ppid] of pairs) if (ppid === parent && pid !== undefined) found.push(pid);
    }
    return found.slice(1).filter((pid) => pid !== undefined);
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

let dataDir: string;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'fraud-scoring-start-'));
  await chmod(dataDir, 0o711);
});

afterAll(() => rm(dataDir, { recursive: true }));

describe('npm start', () => {
  it('trains, prints a line that scores, stops without leftovers, and finds its data again', async () => {
    const first = new Start(dataDir);
    const line = await first.curlLine();
    const score: unknown = JSON.parse((await run('bash', ['-c', line])).stdout);
    expect(score).toMatchObject({ 'is-fraud': false, 'model-version': expect.any(String) });
    expect(score).toHaveProperty('fraud-score');
    const key = (await readFile(join(dataDir, 'api-key'), 'utf8')).trim();
    expect(first.output).toContain(key);
    expect((await stat(join(dataDir, 'api-key'))).mode & 0o777).toBe(0o600);
    expect(first.output).toMatch(/credit-card: version 1 ready/);

    // A second one on the same data says so in one line.
    const second = new Start(dataDir);
    expect(await second.end()).toBe(1);
    expect(second.output.trim()).toMatch(/^Already running on .*set DATA_DIR to another directory\.$/);

    const children = await first.descendants();
    // The API, the worker, PostgreSQL with its own children, Redis.
    expect(children.length).toBeGreaterThan(4);
    expect(await first.end('SIGTERM')).toBe(0);
    expect(children.filter(isAlive)).toEqual([]);

    const again = new Start(dataDir);
    const score2: unknown = JSON.parse((await run('bash', ['-c', await again.curlLine()])).stdout);
    expect(score2).toEqual(score);
    expect(again.output).toContain(key);
    expect(again.output).not.toContain('version 1 ready');
    expect(await again.end('SIGINT')).toBe(0);
  });

  it('runs several API processes, and leaves none behind', async () => {
    const start = new Start(dataDir, { WEB_CONCURRENCY: '2' });
    const line = await start.curlLine();
    for (let asked = 0; asked < 4; asked++) {
      expect(JSON.parse((await run('bash', ['-c', line])).stdout)).toHaveProperty('fraud-score');
    }
    const children = await start.descendants();
    const { stdout } = await run('ps', ['-o', 'args=', '-p', children.join()]);
    // The primary and its two.
    expect(stdout.match(/apps\/api\/main\.js/g)).toHaveLength(3);
    expect(await start.end('SIGINT')).toBe(0);
    expect(children.filter(isAlive)).toEqual([]);
  });

  it('names a taken port before it starts anything', async () => {
    const other = spawn(process.execPath, [
      '-e',
      `const s = require('net').createServer().listen(0, '127.0.0.1', () => console.log(s.address().port))`,
    ]);
    const [printed] = (await once(other.stdout, 'data')) as [Buffer];
    const port = printed.toString().trim();
    const start = new Start(dataDir, { PORT: port });
    expect(await start.end()).toBe(1);
    expect(start.output.trim()).toBe(`Port ${port} is taken by another program: set PORT to a free one (0 takes any).`);
    other.kill();
  });

  it('gives one line per wrong setting', async () => {
    const start = new Start(dataDir, { PORT: 'http', FRAUD_THRESHOLD: '101' });
    expect(await start.end()).toBe(1);
    expect(start.output.trim().split('\n')).toHaveLength(2);
  });

  it.each([
    ['HOST', '192.0.2.7', 'is no address of this machine'],
    ['DATA_DIR', '/dev/null', 'cannot be used'],
    ['DATA_DIR', '/proc/no/such', 'cannot be used'],
  ])('ends in one line where %s is %s', async (setting, value, why) => {
    const start = new Start(dataDir, { [setting]: value });
    expect(await start.end()).toBe(1);
    expect(start.output.trim()).toMatch(new RegExp(`^${setting}: .*${why}.*$`));
  });
});
