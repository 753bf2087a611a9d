import { readdir, readFile } from 'node:fs/promises';

/** The kernel counts in hundredths, on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;
const KIBIBYTE = 1024;

/** Seconds of processor time that a process and those it started have taken so far, ended ones included. Linux only. */
export async function cpuSeconds(pid: number): Promise<number> {
  const all = await Promise.all((await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(statOf));
  const processes = all.filter((stat) => stat !== null);
  const own = processes.find((stat) => stat.pid === pid);
  if (!own) throw new Error(`process ${pid} is gone`);
  const children = processes.filter((stat) => stat.parent === pid);
  return [own, ...children].reduce((sum, stat) => sum + stat.ticks, own.ticksOfEnded) / TICKS_PER_SECOND;
}

/** Seconds of processor time of the programs that this process has started and that have ended; NaN but on Linux. */
export async function endedCpuSeconds(): Promise<number> {
  const stat = process.platform === 'linux' ? await statOf('self') : null;
  return stat === null ? NaN : stat.ticksOfEnded / TICKS_PER_SECOND;
}

/** The most memory that a process has held so far, in bytes; shared libraries included. */
export function peakMemory(pid: number): Promise<number> {
  return statusOf(pid, 'VmHWM');
}

/** The memory that a process holds, in bytes; shared libraries included. */
export function memory(pid: number): Promise<number> {
  return statusOf(pid, 'VmRSS');
}

async function statusOf(pid: number, field: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) * KIBIBYTE;
}

interface Stat {
  readonly pid: number;
  readonly parent: number;
  readonly ticks: number;
  readonly ticksOfEnded: number;
}

/** Null: it ended meanwhile. */
async function statOf(pid: string): Promise<Stat | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (text === null) return null;
  // The name, in brackets, may hold spaces; state and parent come after it.
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [parent = 0, user = 0, system = 0, endedUser = 0, endedSystem = 0] = [1, 11, 12, 13, 14].map(
    (at) => fields[at],
  );
  return { pid: Number(pid), parent, ticks: user + system, ticksOfEnded: endedUser + endedSystem };
}
