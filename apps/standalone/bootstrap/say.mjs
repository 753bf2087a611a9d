/** What the set-up tells people: one line per thing done, nothing when there is nothing to do. */

/** A failure that is explained by its message alone; no stack trace. */
export class SetupError extends Error {}

export function say(line) {
  console.error(line);
}
