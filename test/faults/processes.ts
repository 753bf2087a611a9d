import { readFile } from 'node:fs/promises';

/** The processes that a process has started and that are there, in the order of their start. Linux only. */
export async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}
