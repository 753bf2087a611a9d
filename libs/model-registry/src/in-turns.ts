/**
 * Runs `work` once at a time. Whoever asks while it runs gets the next run, since this one may have looked too early, and
 * shares it with all who ask until it begins.
 */
export function inTurns(work: () => Promise<void>): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  let next: Promise<void> | undefined;
  return () => {
    if (!next) {
      const begin = (): Promise<void> => {
        next = undefined;
        return work();
      };
      next = last.then(begin, begin);
      last = next;
    }
    return next;
  };
}
