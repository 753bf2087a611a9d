import { execFileSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';

/** Whether things are still made in the young generation after many of their like have lived on: V8 judges each place by itself. */
const LOOK = `
  const isYoung = new Function('x', 'return %InYoungGeneration(x)');
  const places = Array.from({ length: 20 }, (_, place) => new Function('return [1, 2, ' + place + ']'));
  let young = true;
  for (const make of places) {
    for (let round = 0, kept = []; young && round < 20; round++) {
      for (let each = 0; each < 40_000; each++) kept.push(make());
      young = isYoung(make());
    }
  }
  console.log(young);`;

const look = (first: string): string =>
  execFileSync(
    process.execPath,
    ['--allow-natives-syntax', '--max-semi-space-size=2', '--input-type=module', '--eval', `${first};${LOOK}`],
    { encoding: 'utf8' },
  ).trim();

describe('what a request makes', () => {
  it('stays young in the API, which V8 by itself would not do', () => {
    const api = new URL('../../dist/apps/api/young-generation.js', import.meta.url).href;
    expect(look('')).toBe('false');
    expect(look(`await import(${JSON.stringify(api)})`)).toBe('true');
  });
});
