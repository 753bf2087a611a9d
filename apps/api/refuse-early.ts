import type { AuthenticatedRequest, KeyCheck } from '@app/auth';
import { Problem } from '@app/common';
import type { RateLimits } from '@app/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { mayHaveBody } from './parse-bodies.js';

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/**
 * Refuses before a body is read: it costs whoever sends it nothing, and us time and memory. So a body is taken from the
 * holder of a key alone, within its limit, and for a route that is there. What a key may do, and how often it is used, the
 * guards look at afterwards, also for requests without a body.
 */
export function refuseEarly(server: FastifyInstance, keys: KeyCheck, limits: RateLimits): void {
  server.addHook('onRequest', (request: AuthenticatedRequest, reply, done) => {
    if (request.is404) throw notThere(server, request);
    if (mayHaveBody(request)) {
      const holder = keys.holderOf(request.headers);
      // For the log, which also tells of what is refused before the guards see it.
      request.principal = holder;
      limits.refuseWhenFull(holder, reply);
    }
    done();
  });
}

/** 405 for a path that knows other methods. */
function notThere(server: FastifyInstance, { method, url }: FastifyRequest): Problem {
  const allow = METHODS.filter((each) => {
    // Its type knows no null.
    const route: unknown = server.findRoute({ method: each, url });
    return route !== null;
  });
  if (allow.length === 0) return Problem.notFound('This path');
  return new Problem(405, 'method_not_allowed', `This path does not know ${method}; send ${allow.join(' or ')}.`, {
    allow,
  });
}
