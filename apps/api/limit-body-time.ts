import { Problem, type ProblemFilter } from '@app/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hasBody, takesFile } from './parse-bodies.js';

/** Long enough for 16 MiB over a slow line. */
const BODY_MILLISECONDS = 60_000;

/**
 * Answers 408 where a body dribbles in for ever, and hangs up. Files, which may be large, have the server's own time limit
 * instead. Call it first: a body that is refused, and only to be dropped, must also come to an end.
 */
export function limitBodyTime(server: FastifyInstance, errors: ProblemFilter, milliseconds = BODY_MILLISECONDS): void {
  server.addHook('onRequest', (request, reply, done) => {
    const { raw } = request;
    // One that is there already gives no sign any more of having come.
    if (hasBody(request) && !takesFile(request) && !raw.complete) {
      const late = setTimeout(() => {
        if (!raw.complete) hangUp(errors, request, reply);
      }, milliseconds).unref();
      raw.once('close', () => {
        clearTimeout(late);
      });
    }
    done();
  });
}

/** With an answer, unless there was one: then all that is wanted of the body is its end. */
function hangUp(errors: ProblemFilter, request: FastifyRequest, reply: FastifyReply): void {
  const { raw } = request;
  if (reply.sent) {
    raw.destroy();
    return;
  }
  reply.raw.once('close', () => raw.destroy());
  errors.answer(tooSlow(), request, reply);
}

/** What is told of a body that did not come in time. */
export function tooSlow(): Problem {
  return new Problem(408, 'timeout', 'The body did not arrive in time; send it again, faster or in parts.');
}
