import type { IncomingMessage, ServerResponse } from 'node:http';
import { tooSlow } from '../limit-body-time.js';
import type { LaneParts } from './lane-parts.js';
import { Passage } from './passage.js';

/** As on every route: long enough for a slow line. */
const BODY_MILLISECONDS = 60_000;
const LOOKS_PER_BODY = 12;

/**
 * The short way for what nearly all requests are: one transaction that fits, of a key that may score. They go from Node's
 * parser to the scoring and back, past Fastify and Nest, which take more of the processor than the scoring does (see
 * decision 0035). Whatever is unusual, wrong, or fails is handed on to its route, which answers as it always does: what is
 * done here is what the route would have done, and no more.
 */
export class FastLane {
  /** Those whose body is not there yet. */
  private readonly reading = new Set<Passage>();

  /** @param bodyMilliseconds how long a body may take */
  constructor(
    private readonly parts: LaneParts,
    bodyMilliseconds = BODY_MILLISECONDS,
  ) {
    setInterval(
      () => {
        const longAgo = performance.now() - bodyMilliseconds;
        for (const passage of this.reading) if (passage.since < longAgo) passage.handOn(tooSlow());
      },
      Math.ceil(bodyMilliseconds / LOOKS_PER_BODY),
    ).unref();
  }

  /** Takes a request, or hands it on untouched. */
  readonly take = (request: IncomingMessage, response: ServerResponse): void => {
    const { routes, keys, limits, draining, handedOn } = this.parts;
    const target = draining.saysGoodbye ? undefined : routes.targetOf(request);
    const holder = target && keys.scorerOf(request.headers);
    if (!holder || !limits.isFar(holder)) handedOn.asItIs(request, response);
    else new Passage(this.parts, this.reading, { request, response, target, holder }).begin();
  };
}
