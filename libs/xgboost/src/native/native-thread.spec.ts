import { describe, expect, it } from '@jest/globals';
import { XgboostError } from '../errors.js';
import { findLibrary } from './library.js';
import { NativeThread } from './native-thread.js';

const { path } = findLibrary(undefined);

describe('NativeThread', () => {
  it("brings XGBoost's reason over from its thread", async () => {
    const thread = await NativeThread.start(path);
    const call = thread.call('XGBoosterSetParam', null, 'seed', '1');
    await expect(call).rejects.toThrow(XgboostError);
    await expect(call).rejects.toThrow(/DMatrix\/Booster has not been initialized/);
    await thread.close();
  });

  it('outlives a call that koffi refuses', async () => {
    const thread = await NativeThread.start(path);
    const callUnchecked: (...args: never) => Promise<void> = thread.call.bind(thread);
    await expect(Reflect.apply(callUnchecked, null, ['XGBSetGlobalConfig'])).rejects.toThrow(/^XGBSetGlobalConfig: /);
    await expect(thread.call('XGBSetGlobalConfig', '{"verbosity":0}')).resolves.toBeUndefined();
    await thread.close();
  });

  it('refuses calls once it has ended', async () => {
    const thread = await NativeThread.start(path);
    await thread.close();
    expect(thread.ended).toBe(true);
    await expect(thread.call('XGBSetGlobalConfig', '{}')).rejects.toThrow(/has ended/);
  });

  it('runs exclusive tasks one after the other, also after one that failed', async () => {
    const thread = await NativeThread.start(path);
    const steps: string[] = [];
    const task = (name: string) => async (): Promise<void> => {
      steps.push(`${name} begins`);
      await thread.call('XGBSetGlobalConfig', '{"verbosity":0}');
      steps.push(`${name} ends`);
      if (name === 'first') throw new Error('first');
    };
    const first = thread.exclusive(task('first'));
    const second = thread.exclusive(task('second'));
    await expect(first).rejects.toThrow('first');
    await second;
    expect(steps).toEqual(['first begins', 'first ends', 'second begins', 'second ends']);
    await thread.close();
  });
});
