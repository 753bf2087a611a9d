import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { SetupError } from './say.mjs';

/** Ctrl-C reaches npm and this process, and npm passes it on: signals this close together are one wish. */
const SAME_WISH_MS = 500;

const running = new Set();
let stopWish = null;
let lastSignalAt = 0;

/** Passes SIGINT, SIGTERM and SIGHUP on to what runs, once each; with nothing running, ends this process. */
export function passSignalsOn() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => passOn(signal));
}

function passOn(signal) {
  const now = performance.now();
  if (stopWish !== null && now - lastSignalAt < SAME_WISH_MS) return;
  lastSignalAt = now;
  stopWish = signal;
  if (running.size === 0) process.exit(exitCode(null, signal));
  for (const child of running) child.kill(signal);
}

/**
 * A shell between npm and this process may die of a signal without passing it on. Under npm, a changed parent
 * therefore counts as SIGTERM. Elsewhere a lost parent is normal (`nohup … &`).
 */
export function stopWhenNpmIsGone() {
  if (!process.env.npm_lifecycle_event) return;
  const parent = process.ppid;
  const watch = () => {
    if (process.ppid !== parent) passOn('SIGTERM');
    else setTimeout(watch, 1000).unref();
  };
  setTimeout(watch, 1000).unref();
}

/** The exit code a shell would show. */
function exitCode(code, signal) {
  return signal === null ? (code ?? 1) : 128 + constants.signals[signal];
}

/**
 * Runs a command to its end with the terminal as its own.
 * `apart`: in a process group of its own, so that Ctrl-C reaches it through us alone, and with an IPC channel whose
 * end tells it that we are gone.
 * @returns the exit code
 */
export function runInForeground(command, args, { env = process.env, cwd, apart = false } = {}) {
  const stdio = apart ? ['inherit', 'inherit', 'inherit', 'ipc'] : 'inherit';
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, cwd, stdio, detached: apart });
    running.add(child);
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      running.delete(child);
      resolve(exitCode(code, signal));
    });
  });
}

/**
 * Runs a tool quietly.
 * @returns its exit code and output, stdout and stderr together
 * @throws SetupError when it cannot be started; ends the process when the wish to stop has come meanwhile
 */
export function runQuietly(command, args, { env = process.env, cwd } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (text) => (output += text));
    }
    running.add(child);
    child.on('error', (error) => {
      running.delete(child);
      reject(new SetupError(`${command} cannot be started: ${error.message}`));
    });
    child.on('close', (code, signal) => {
      running.delete(child);
      if (stopWish === null) resolve({ code: exitCode(code, signal), output });
      else if (running.size === 0) process.exit(exitCode(null, stopWish));
    });
  });
}
