import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** @returns the command's full path, or null where the PATH has none that this user may run */
export function findOnPath(command, path = process.env.PATH ?? '') {
  const candidates = path.split(delimiter).map((directory) => join(directory, command));
  return candidates.find(isExecutable) ?? null;
}

/** Whether this is a file that this user may run. */
export function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
