import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { accessSync, constants, readFileSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { errorCode } from './error-code.js';
import type { ServiceUser } from './service-user.js';

const run = promisify(execFile);

const POLL_MS = 20;
const LOG_TAIL_CHARACTERS = 2000;
const SETPRIV = '/usr/bin/setpriv';

/** How a process ended. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ServiceProcess {
  readonly pid: number;
  readonly exited: Promise<Exit>;
}

export interface SpawnServiceOptions {
  readonly logFile: string;
  /** What the kernel sends it when we die without a word (Linux). Elsewhere the next start finds the orphan. */
  readonly diesWith: 'SIGINT' | 'SIGTERM';
  readonly user: ServiceUser | null;
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * Starts a service in a process group of its own, so that the terminal's Ctrl-C does not reach it and we can stop
 * things in order. Its output goes to the log file directly: it can neither block nor break when we are busy or gone.
 */
export async function spawnService(
  command: string,
  args: readonly string[],
  { logFile, diesWith, user, environment }: SpawnServiceOptions,
): Promise<ServiceProcess> {
  const log = await open(logFile, 'a', 0o600);
  try {
    const bound = canBindToParent();
    const child = spawn(
      bound ? SETPRIV : command,
      bound ? ['--pdeathsig', diesWith.slice(3), '--', command, ...args] : args,
      {
        cwd: '/',
        detached: true,
        stdio: ['ignore', log.fd, log.fd],
        env: environment,
        ...(user && { uid: user.uid, gid: user.gid }),
      },
    );
    const exited = exitOf(child);
    await started(child);
    if (child.pid === undefined) throw new Error(`${command} has no process id`);
    return { pid: child.pid, exited };
  } finally {
    await log.close();
  }
}

function canBindToParent(): boolean {
  if (process.platform !== 'linux') return false;
  try {
    accessSync(SETPRIV, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function started(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
}

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => {
      resolve({ code, signal });
    });
  });
}

/** Whether a process runs. One that has ended and waits for its parent to notice does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (errorCode(error) !== 'EPERM') return false;
  }
  return !isZombie(pid);
}

/** In a container whose first process reaps nothing, orphans stay in the table for good. */
function isZombie(pid: number): boolean {
  try {
    // The state follows the name, which stands in brackets and may hold brackets itself.
    return /\) Z [^)]*$/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** The command line a process shows; empty when there is no such process. */
export async function commandLine(pid: number): Promise<string> {
  try {
    return (await run('ps', ['-ww', '-o', 'command=', '-p', String(pid)])).stdout.trim();
  } catch {
    return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ').trim();
  }
}

/** Sends the signals one after the other, each with its patience, until the process is gone. */
export async function endProcess(
  pid: number,
  steps: readonly { readonly signal: NodeJS.Signals; readonly patienceMs: number }[],
): Promise<void> {
  for (const { signal, patienceMs } of steps) {
    if (!send(pid, signal)) return;
    if (await waitUntil(() => !isAlive(pid), patienceMs)) return;
  }
  throw new Error(`process ${pid} does not end`);
}

/** @returns false when there is no such process any more */
function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if (errorCode(error) === 'ESRCH') return false;
    throw error;
  }
}

/** Asks again and again until the answer is yes. @returns false when the time is over */
export async function waitUntil(ask: () => boolean | Promise<boolean>, patienceMs: number): Promise<boolean> {
  const end = performance.now() + patienceMs;
  while (!(await ask())) {
    if (performance.now() > end) return false;
    await delay(POLL_MS);
  }
  return true;
}

/** The end of a log file, for an error message. */
export async function logTail(logFile: string): Promise<string> {
  return (await readFile(logFile, 'utf8').catch(() => '')).slice(-LOG_TAIL_CHARACTERS).trim();
}
