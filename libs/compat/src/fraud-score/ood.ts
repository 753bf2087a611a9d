import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { Problem } from '@app/common';
import type { FastifyRequest } from 'fastify';

/** `?ood=true`. What else a client of the old service has in its query is its own business. */
export const Ood = createParamDecorator((_: unknown, context: ExecutionContext): boolean =>
  readOod(context.switchToHttp().getRequest<FastifyRequest<{ Querystring: { ood?: unknown } }>>().query.ood),
);

/** Also as Python spells it. @throws Problem 422 */
function readOod(sent: unknown): boolean {
  if (sent === undefined) return false;
  const text = typeof sent === 'string' ? sent.toLowerCase() : '';
  if (text === 'true' || text === '1') return true;
  if (text === 'false' || text === '0') return false;
  throw Problem.invalidParameter([{ path: 'ood', message: 'must be true or false' }]);
}
