import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Made where the system has no `postgres` user. */
const OWN_USER = 'fraud-scoring';

export interface ServiceUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * PostgreSQL refuses to run as root. Null: we are not root and it runs as ourselves. Otherwise the owner of its data
 * if there is some, the `postgres` user, a system user of our own (created here), or `nobody`.
 */
export async function serviceUser(dataDirectory: string): Promise<ServiceUser | null> {
  if (userInfo().uid !== 0) return null;
  const owner = await stat(dataDirectory).catch(() => null);
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const found = (await userNamed('postgres')) ?? (await userNamed(OWN_USER));
  if (found) return found;
  await createOwnUser();
  const user = (await userNamed(OWN_USER)) ?? (await userNamed('nobody'));
  if (!user)
    throw new Error('PostgreSQL does not run as root, and there is no user "postgres" or "nobody" to run it as');
  return user;
}

async function userNamed(name: string): Promise<ServiceUser | null> {
  try {
    const [uid, gid] = await Promise.all(
      ['-u', '-g'].map(async (what) => Number((await run('id', [what, name])).stdout)),
    );
    return uid === undefined || gid === undefined ? null : { uid, gid };
  } catch {
    return null;
  }
}

/** Fails silently where there is no `useradd` (Alpine, macOS); `nobody` is left then. */
async function createOwnUser(): Promise<void> {
  const args = [
    '--system',
    '--user-group',
    '--no-create-home',
    '--home-dir',
    '/nonexistent',
    '--shell',
    '/usr/sbin/nologin',
  ];
  await run('useradd', [...args, OWN_USER]).catch(() => null);
}

/** Whether the user can enter a directory, the whole way down. Asked by trying: modes alone do not tell. */
export async function canEnter(user: ServiceUser | null, directory: string): Promise<boolean> {
  return user === null || succeeds('test', ['-x', directory], user);
}

/** Whether a program runs for the user. */
export async function succeeds(command: string, args: readonly string[], user: ServiceUser | null): Promise<boolean> {
  try {
    await run(command, args, {
      cwd: '/',
      env: { PATH: process.env['PATH'] },
      ...(user && { uid: user.uid, gid: user.gid }),
    });
    return true;
  } catch {
    return false;
  }
}
