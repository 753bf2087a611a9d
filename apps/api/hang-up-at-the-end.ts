import type { Draining } from '@app/health';
import type { FastifyInstance } from 'fastify';

/**
 * Once the port is closed, each answer is the last one on its connection: a request that comes on one just
 * as it is closed would be lost.
 */
export function hangUpAtTheEnd(server: FastifyInstance, draining: Draining): void {
  server.addHook('onSend', (_request, reply, _payload, done) => {
    if (draining.saysGoodbye) reply.header('Connection', 'close');
    done();
  });
}
