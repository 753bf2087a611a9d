import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** @param model the file of an ONNX artefact @param names its inputs, in order */
export async function startLimitServer(
  model: string,
  names: readonly string[],
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const script = fileURLToPath(new URL('limit-server.js', import.meta.url));
  const child = fork(script, [model, JSON.stringify(names)], {
    execArgv: [],
    // As in the product: ONNX Runtime would tell its maker of itself.
    env: { ...process.env, ORT_DISABLE_TELEMETRY: '1' },
  });
  const gone = once(child, 'exit');
  const ended = gone.then(() => Promise.reject(new Error('the limit server ended before it was ready')));
  const [{ listening }] = (await Promise.race([once(child, 'message'), ended])) as [{ listening: string }];
  ended.catch(() => null);
  return {
    url: listening,
    stop: async () => {
      child.kill();
      await gone;
    },
  };
}
