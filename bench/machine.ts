import { cpus, totalmem } from 'node:os';

/** What ran the benchmark, in one line. */
export function machine(): string {
  const model = cpus()[0]?.model.trim() ?? 'unknown processor';
  const memory = Math.round(totalmem() / 1024 ** 3);
  return `${cpus().length} × ${model}, ${memory} GiB, Node ${process.versions.node}, ${process.platform} ${process.arch}`;
}
