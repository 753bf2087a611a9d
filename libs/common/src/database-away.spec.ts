import { describe, expect, it } from '@jest/globals';
import { isDatabaseAway, isOutage, onceDatabaseIsBack } from './database-away.js';

const withCode = (code: string): Error => Object.assign(new Error('x'), { code });

describe('the database is away', () => {
  it.each([
    ['a socket', withCode('ECONNREFUSED')],
    ['a start', withCode('57P03')],
    ['too many connections', withCode('53300')],
    ["the driver's word", new Error('Connection terminated unexpectedly')],
    ["TypeORM's wrapping", Object.assign(new Error('x'), { driverError: withCode('08006') })],
    ['several addresses', new AggregateError([withCode('EHOSTUNREACH'), withCode('ECONNREFUSED')])],
  ])('by %s, through no fault of what was asked', (_, error) => {
    expect([isDatabaseAway(error), isOutage(error)]).toEqual([true, true]);
  });

  it.each(['53100', '53200', '08P01'])('by %s, perhaps through what was asked', (code) => {
    expect([isDatabaseAway(withCode(code)), isOutage(withCode(code))]).toEqual([true, false]);
  });

  it.each([withCode('23505'), new Error('x'), 'ECONNREFUSED', undefined])('or not: %p', (error) => {
    expect([isDatabaseAway(error), isOutage(error)]).toEqual([false, false]);
  });
});

describe('once the database is back', () => {
  it('does what could not be done before', async () => {
    const answers = [withCode('ECONNREFUSED'), withCode('57P03'), undefined];
    await onceDatabaseIsBack(() => {
      const answer = answers.shift();
      return answer ? Promise.reject(answer) : Promise.resolve();
    }, new AbortController().signal);
    expect(answers).toEqual([]);
  });

  it('says what else fails', async () => {
    const action = () => Promise.reject(withCode('23505'));
    await expect(onceDatabaseIsBack(action, new AbortController().signal)).rejects.toMatchObject({ code: '23505' });
  });

  it('waits no longer than it may', async () => {
    const stop = new AbortController();
    let tries = 0;
    const waiting = onceDatabaseIsBack(() => {
      tries += 1;
      return Promise.reject(withCode('ECONNREFUSED'));
    }, stop.signal);
    stop.abort();
    await waiting;
    expect(tries).toBe(1);
  });
});
