import type { Figures } from '@app/metrics';

/** What the primary and the API processes tell each other, beside where a process listens (`tellParent`). */
interface Messages {
  /** To a process: end, as on SIGTERM. */
  readonly end: object;
  /** To a process: cut the step short that your end is in. */
  readonly hurry: object;
  /** From a process that ends: it has closed the port. */
  readonly closed: object;
  /** To a process that has closed the port: so have all that end with it. */
  readonly goodbye: object;
  /** To a process: what do you show? `process` is what it is called in it. */
  readonly collect: { readonly id: number; readonly process: string };
  readonly collected: { readonly id: number; readonly figures: Figures };
  /** From a process that ends: all that it has counted. */
  readonly counted: { readonly figures: Figures };
  /** From a process: what do all show together? */
  readonly scrape: { readonly id: number };
  readonly scraped: { readonly id: number; readonly text: string };
}

export type Message<Kind extends keyof Messages> = { readonly kind: Kind } & Messages[Kind];

/** Whether a message is of this kind. Both ends are this program, so nothing else is looked at. */
export function isMessage<Kind extends keyof Messages>(message: unknown, kind: Kind): message is Message<Kind> {
  return typeof message === 'object' && message !== null && 'kind' in message && message.kind === kind;
}
