import { describe, expect, it } from '@jest/globals';
import { parseLink, shownLink } from './link.js';

describe('parseLink', () => {
  it.each(['http://example.org/a.csv', 'HTTPS://EXAMPLE.org/a.csv?x=1'])('takes %s', (link) => {
    expect(parseLink(link).host).toBe('example.org');
  });

  it.each(['', 'a.csv', '/etc/passwd', 'ftp://example.org/a.csv', 'file:///etc/passwd', 'https://me:pw@example.org/a'])(
    'refuses %j',
    (link) => {
      expect(() => parseLink(link)).toThrow(expect.objectContaining({ code: 'bad_url' }));
    },
  );
});

describe('shownLink', () => {
  it('leaves out what may open the door to the file', () => {
    expect(shownLink('https://example.org/a.csv?signature=abc#part')).toBe('https://example.org/a.csv?…');
    expect(shownLink('https://example.org/a.csv')).toBe('https://example.org/a.csv');
  });

  it('leaves the name of a file to import as it is', () => {
    expect(shownLink('file:imports/a b?.csv')).toBe('file:imports/a b?.csv');
  });
});
