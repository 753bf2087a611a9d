/** What PostgreSQL writes into `postmaster.pid` in its data directory. */
export interface PostmasterPid {
  readonly pid: number;
  /** Whether it accepts connections. */
  readonly ready: boolean;
}

/** Reads the file's text: the process id on line 1, the state on line 8. Null where it is not complete yet. */
export function parsePostmasterPid(text: string): PostmasterPid | null {
  const lines = text.split('\n');
  const pid = Number.parseInt(lines[0] ?? '', 10);
  return Number.isNaN(pid) ? null : { pid, ready: (lines[7] ?? '').trim() === 'ready' };
}
