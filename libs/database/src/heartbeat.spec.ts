import { describe, expect, it } from '@jest/globals';
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '../../../test/support/wait-for.js';
import { Heartbeat } from './heartbeat.js';

/** Questions that are answered when the test says so. */
class Questions {
  asked = 0;
  private readonly open: ((error?: Error) => void)[] = [];

  readonly ask = (): Promise<void> => {
    this.asked += 1;
    return new Promise((resolve, reject) => {
      this.open.push((error) => {
        if (error) reject(error);
        else resolve();
      });
    });
  };

  answer(error?: Error): void {
    this.open.shift()?.(error);
  }
}

describe('Heartbeat', () => {
  /** By then it would have asked, were it to: timers of the same length fire in the order in which they were set. */
  const aBeat = async (): Promise<void> => {
    await nextTurn();
    await delay(1);
  };

  it('asks again when there is an answer, or none to be had, and never two questions at once', async () => {
    const questions = new Questions();
    const heartbeat = new Heartbeat(questions.ask, 1);
    heartbeat.start();
    await waitFor(() => questions.asked === 1);
    await aBeat();
    expect(questions.asked).toBe(1);
    questions.answer();
    await waitFor(() => questions.asked === 2);
    questions.answer(new Error('nobody there'));
    await waitFor(() => questions.asked === 3);
    heartbeat.stop();
  });

  it('asks no more once it is stopped: before it began, or while it waits for an answer', async () => {
    const questions = new Questions();
    const early = new Heartbeat(questions.ask, 1);
    early.stop();
    early.start();
    await aBeat();
    expect(questions.asked).toBe(0);
    const heartbeat = new Heartbeat(questions.ask, 1);
    heartbeat.start();
    await waitFor(() => questions.asked === 1);
    heartbeat.stop();
    questions.answer();
    await aBeat();
    expect(questions.asked).toBe(1);
  });
});
