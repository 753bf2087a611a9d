import { chown, lstat, mkdir, mkdtemp, realpath, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedServiceError } from '../embedded-service.js';
import { canEnter, type ServiceUser } from '../service-user.js';

/** Where root keeps what another user must reach, when the clone or the data directory is private. */
export const SHARED_DIRECTORY = '/var/lib/fraud-scoring';

/** Within PostgreSQL's part of the data directory: its cluster, or a link to where that is. */
const CLUSTER_HOME = 'home';

/**
 * The directory, owned by the service's user, that holds the cluster of a data directory. Below a private directory
 * (a clone in /root) it lies in {@link SHARED_DIRECTORY}, and a link in the data directory leads there, so that the
 * next start finds its data. A new data directory gets a new home: no data is ever taken over by name.
 */
export async function clusterHome(dataDirectory: string, user: ServiceUser | null): Promise<string> {
  const place = join(dataDirectory, CLUSTER_HOME);
  const known = await lstat(place).catch(() => null);
  if (known) return existingHome(place, user);
  if (await canEnter(user, dataDirectory)) {
    await mkdir(place, { mode: 0o700 });
    await giveTo(user, place);
    return realpath(place);
  }
  await mkdir(SHARED_DIRECTORY, { recursive: true, mode: 0o755 });
  const home = await mkdtemp(join(SHARED_DIRECTORY, 'data-'));
  await writeFile(join(home, 'belongs-to'), `${dataDirectory}\n`);
  await giveTo(user, home);
  await symlink(home, place);
  return home;
}

async function existingHome(place: string, user: ServiceUser | null): Promise<string> {
  const home = await realpath(place).catch((cause: unknown) => {
    throw new EmbeddedServiceError(`${place} leads to data that is no longer there; delete it to begin anew`, {
      cause,
    });
  });
  if (await canEnter(user, home)) return home;
  throw new EmbeddedServiceError(
    `User ${user?.uid ?? ''}, who owns ${home}, cannot reach it: a directory above it is private`,
  );
}

async function giveTo(user: ServiceUser | null, path: string): Promise<void> {
  if (user) await chown(path, user.uid, user.gid);
}
