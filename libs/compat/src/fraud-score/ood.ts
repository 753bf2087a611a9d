import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { noFlag, readFlag } from '@app/common';
import type { FastifyRequest } from 'fastify';

/** `?ood=true`. What else a client of the old service has in its query is its own business. @throws Problem 422 */
export const Ood = createParamDecorator((_: unknown, context: ExecutionContext): boolean => {
  const { query } = context.switchToHttp().getRequest<FastifyRequest<{ Querystring: { ood?: unknown } }>>();
  if (query.ood === undefined) return false;
  const ood = readFlag(query.ood);
  if (ood === undefined) throw noFlag('ood');
  return ood;
});
