import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';

const GUIDE = readFileSync(new URL('../../docs/guides/production.md', import.meta.url), 'utf8');
const run = promisify(execFile);

/** The shell commands that the production guide has below a heading, block by block, up to the next heading. */
export function commandsBelow(heading: string): readonly string[] {
  const section = GUIDE.split(/^#+ /m).find((each) => each.startsWith(`${heading}\n`)) ?? '';
  const blocks = [...section.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, commands = '']) => commands);
  if (blocks.length === 0) throw new Error(`production.md has no commands below "${heading}"`);
  return blocks;
}

/**
 * Runs commands in a shell, as the guide's readers do.
 * @param path of programs that come before the system's
 * @returns what they wrote to standard output
 * @throws Error with what they wrote to standard error, when one of them fails
 */
export async function inShell(
  commands: string,
  { cwd, env, path = '' }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv; readonly path?: string },
): Promise<string> {
  const PATH = `${path}:${process.env['PATH'] ?? ''}`;
  return (await run('sh', ['-eu', '-c', commands], { cwd, env: { PATH, ...env } })).stdout;
}
