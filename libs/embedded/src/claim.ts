import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import koffi from 'koffi';
import { errorCode } from './error-code.js';

/** `flock(2)`: exclusive, and fail at once. The same numbers on Linux and macOS. */
const LOCK_EXCLUSIVE_NOW = 2 | 4;

/** A directory that is ours until released or until this process ends, however it ends. */
export interface Claim {
  readonly directory: string;
  release(): void;
}

/** The directory belongs to another running process. */
export class DataDirTakenError extends Error {
  constructor(
    readonly directory: string,
    /** The owner's process id, as far as known. */
    readonly owner: number | null,
  ) {
    super(`${directory} is in use by ${owner === null ? 'another process' : `process ${owner}`}`);
    this.name = 'DataDirTakenError';
  }
}

/**
 * Makes this process the one owner of a directory, which is created where missing. The kernel keeps the lock: it is
 * gone with its process, so neither a crash nor a process id that comes round again leaves a wrong answer.
 * @throws DataDirTakenError when another claim holds
 */
export async function claimDataDir(directory: string): Promise<Claim> {
  await makeDirectory(directory);
  const path = join(directory, 'owner.lock');
  // A bare descriptor: a FileHandle that nobody holds any more is closed by the garbage collector, and its lock is gone.
  const fd = openSync(path, 'a', 0o600);
  try {
    if (!lock(fd)) throw new DataDirTakenError(directory, await ownerIn(path));
    await writeFile(path, `${process.pid}\n`);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
  let held = true;
  const release = (): void => {
    // The file stays: a lock file that is deleted can be locked twice.
    if (held) closeSync(fd);
    held = false;
  };
  return { directory, release };
}

/** Node's own `recursive` never comes back where a file system, such as /proc, says "no such directory" of what it refuses. */
async function makeDirectory(directory: string, parentExists = false): Promise<void> {
  try {
    await mkdir(directory);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || parentExists) throw error;
    await makeDirectory(dirname(directory));
    await makeDirectory(directory, true);
  }
}

async function ownerIn(path: string): Promise<number | null> {
  const pid = Number.parseInt(await readFile(path, 'utf8'), 10);
  return Number.isNaN(pid) ? null : pid;
}

/** @throws Error where the file system has no locks */
function lock(fd: number): boolean {
  const flock = koffi.load(null).func('int flock(int fd, int operation)');
  const answer: unknown = flock(fd, LOCK_EXCLUSIVE_NOW);
  if (answer === 0) return true;
  const reason = koffi.errno();
  if (reason === koffi.os.errno['EWOULDBLOCK']) return false;
  throw new Error(`flock failed (errno ${reason})`);
}
