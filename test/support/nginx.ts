import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '@app/embedded';
import { pathOf } from './tool.js';
import { waitFor } from './wait-for.js';

const file = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const SITE = file('docker/nginx/fraud-scoring.conf');

/** A line of nginx's log. `hosts`, `statuses` and `connected` have a part for each host that was asked. */
export interface Access {
  readonly request_id: string;
  readonly request: string;
  readonly status: number;
  readonly hosts: string;
  readonly statuses: string;
  readonly connected: string;
}

/** A real nginx with the project's configuration, in a directory and on a port of its own. */
export class Nginx {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
    private readonly directory: string,
  ) {}

  /** Starts it before two API processes, with its files below `parent`. @throws Error with its messages, or with the line on what to install */
  static async before(first: string, second: string, parent: string): Promise<Nginx> {
    const program = await pathOf('nginx');
    const directory = await mkdtemp(join(parent, 'nginx-'));
    const port = await freePort();
    const log = join(directory, 'access.log');
    await writeFile(join(directory, 'site.conf'), adapted(await readFile(SITE, 'utf8'), { port, log, first, second }));
    await writeFile(join(directory, 'nginx.conf'), mainConfiguration(directory));
    const args = ['-p', directory, '-c', join(directory, 'nginx.conf'), '-e', join(directory, 'error.log')];
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let output = '';
    child.stderr.on('data', (text) => (output += String(text)));
    const nginx = new Nginx(`http://127.0.0.1:${port}`, child, directory);
    await waitFor(async () => child.exitCode !== null || (await fetch(`${nginx.url}/health/live`)).ok, {
      what: 'nginx',
    });
    if (child.exitCode !== null) throw new Error(`nginx has ended:\n${output}`);
    return nginx;
  }

  /** What it has answered so far. */
  async accesses(): Promise<readonly Access[]> {
    const lines = (await readFile(join(this.directory, 'access.log'), 'utf8')).split('\n');
    // The last one is empty, or not there as a whole.
    return lines.slice(0, -1).map((line) => JSON.parse(line) as Access);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await gone;
  }
}

/** The address as nginx writes it. */
export function hostOf(url: string): string {
  return new URL(url).host;
}

interface Places {
  readonly port: number;
  readonly log: string;
  readonly first: string;
  readonly second: string;
}

/** The project's configuration with this machine's addresses, and nothing else changed. */
function adapted(site: string, { port, log, first, second }: Places): string {
  const changes = [
    ['listen 80;', `listen 127.0.0.1:${port};`],
    ['/var/log/nginx/fraud-scoring.log', log],
    ['192.0.2.11:3000', hostOf(first)],
    ['192.0.2.12:3000', hostOf(second)],
  ] as const;
  return changes.reduce((text, [from, to]) => {
    if (text.split(from).length !== 2) throw new Error(`${SITE} must have "${from}" once`);
    return text.replace(from, to);
  }, site);
}

/** What a system's nginx.conf does, below a directory of our own. */
function mainConfiguration(directory: string): string {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `  ${name}_temp_path ${join(directory, name)};`,
  );
  return [
    'daemon off;',
    'worker_processes 2;',
    // Root's nginx would hand its work to a user who cannot write here.
    ...(userInfo().uid === 0 ? ['user root;'] : []),
    `pid ${join(directory, 'nginx.pid')};`,
    'events { worker_connections 1024; }',
    'http {',
    ...paths,
    `  include ${join(directory, 'site.conf')};`,
    '}',
    '',
  ].join('\n');
}
