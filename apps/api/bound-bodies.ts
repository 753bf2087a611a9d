import { type Readable, Transform } from 'node:stream';
import { getHeapStatistics } from 'node:v8';
import { Problem } from '@app/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { BodyBudget, type BodyShare } from './body-budget.js';
import { hasBody, isTooLarge, mayHaveBody, takesFile } from './parse-bodies.js';

/** What is no larger is always taken: a single score must not be turned away because of batches. */
const FREE_BYTES = 65_536;

/** How many bytes of heap there must be for a byte of a body: decision 0022 has what was measured. */
const HEAP_PER_BYTE = 10;

/** Most of what is under way is done by then. */
const RETRY_SECONDS = 2;

/** A request whose body counts: until it is answered, also where nobody waits for that, and its connection is free. */
interface Counted {
  readonly share: BodyShare;
  answered: boolean;
  gone: boolean;
}

/**
 * Refuses large bodies while as many are being read and worked on as the heap can hold. Files, which are written to disk
 * as they come, do not count. Call it when all that refuses for other reasons is there.
 */
export function boundBodies(server: FastifyInstance, budget = budgetOfHeap()): void {
  const counted = new WeakMap<FastifyRequest, Counted>();
  server.addHook('onRequest', (request, reply, done) => {
    const length = lengthOf(request);
    if (countsAt(request, length)) {
      const share = budget.share();
      if (length !== undefined && !share.growTo(length)) throw busy();
      counted.set(request, releasedAtEnd(share, request, reply));
    }
    done();
  });
  server.addHook('preParsing', (request, _reply, body, done) => {
    const known = counted.get(request);
    done(null, known && lengthOf(request) === undefined ? countingBytes(body, known.share) : body);
  });
  server.addHook('onSend', (request, _reply, _payload, done) => {
    const known = counted.get(request);
    if (known) {
      known.answered = true;
      releaseWhenDone(known);
    }
    done();
  });
}

function budgetOfHeap(): BodyBudget {
  return new BodyBudget(Math.floor(getHeapStatistics().heap_size_limit / HEAP_PER_BYTE));
}

/** Undefined: only its end will tell. */
function lengthOf({ headers }: FastifyRequest): number | undefined {
  return headers['transfer-encoding'] === undefined ? Number(headers['content-length'] ?? 0) : undefined;
}

function countsAt(request: FastifyRequest, length = Infinity): boolean {
  if (!mayHaveBody(request) || !hasBody(request) || takesFile(request)) return false;
  return length > FREE_BYTES && !isTooLarge(request);
}

/** A client that hangs up does not end the work; one that pipelines may be gone before its answer has a connection. */
function releasedAtEnd(share: BodyShare, { raw: { socket } }: FastifyRequest, { raw }: FastifyReply): Counted {
  const known = { share, answered: false, gone: false };
  const leave = (): void => {
    known.gone = true;
    releaseWhenDone(known);
    socket.off('close', leave);
  };
  raw.once('close', leave);
  socket.once('close', leave);
  return known;
}

function releaseWhenDone({ share, answered, gone }: Counted): void {
  if (answered && gone) share.release();
}

/** The same body; its bytes are counted as they come. */
function countingBytes(body: Readable, share: BodyShare): Readable {
  let bytes = 0;
  const counting = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > FREE_BYTES && !share.growTo(bytes)) done(busy());
      else done(null, chunk);
    },
  });
  // Not a pipeline: it would cut the connection, and the answer with it.
  body.on('error', (error) => counting.destroy(error));
  return body.pipe(counting);
}

/** What is told of a body that there is no room for now. */
export function busy(): Problem {
  const detail = `This process works on as many large bodies as it can hold; send this one again in ${RETRY_SECONDS} s.`;
  return Problem.unavailable('busy', detail, RETRY_SECONDS);
}
