import { DatasetError } from './dataset-error.js';
import { isImport } from './import-file.js';

/** @throws DatasetError `bad_url` for what is no http(s) link, or holds a user's name or password */
export function parseLink(link: string): URL {
  const url = URL.canParse(link) ? new URL(link) : null;
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw new DatasetError(
      'bad_url',
      'The data set must be the id of an upload, an http:// or https:// link, or file:imports/ and a path.',
    );
  }
  if (url.username !== '' || url.password !== '') {
    throw new DatasetError('bad_url', 'The link must not hold a user name or password: it would be stored. Upload it.');
  }
  return url;
}

/**
 * A link, or the name of a file to import, as it may be shown and kept: what stands behind a link's question mark is
 * often a signature that opens the door.
 */
export function shownLink(link: string): string {
  if (isImport(link)) return link;
  const { origin, pathname, search } = new URL(link);
  return `${origin}${pathname}${search ? '?…' : ''}`;
}
