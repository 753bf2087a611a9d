import {
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
  UseInterceptors,
} from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { AuthenticatedRequest, KeyHolder } from '@app/auth';
import type { FastifyReply } from 'fastify';
import { type Observable, tap } from 'rxjs';
import { KeyedDecisions } from './keyed-decisions.js';
import { claimOf, type KeyedRequest, noteKeyedRequest } from './keyed-request.js';

/** As the docs page names it. */
export const IDEMPOTENCY_KEY = 'Idempotency-Key';
/** Comes with an answer that was given before. */
export const IDEMPOTENCY_REPLAYED = 'Idempotency-Replayed';

/** Looks up what was decided on a request with an `Idempotency-Key`, before its body is looked at. */
@Injectable()
class IdempotencyInterceptor implements NestInterceptor {
  constructor(private readonly decisions: KeyedDecisions) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> | Promise<Observable<unknown>> {
    const http = context.switchToHttp();
    const request = http.getRequest<AuthenticatedRequest>();
    const key = request.headers['idempotency-key'];
    const { principal } = request;
    if (key === undefined || !principal) return next.handle();
    return this.once(request, principal, String(key)).then((keyed) =>
      next.handle().pipe(
        tap(() => {
          if (keyed.earlier) http.getResponse<FastifyReply>().header(IDEMPOTENCY_REPLAYED, 'true');
        }),
      ),
    );
  }

  private async once(request: AuthenticatedRequest, principal: KeyHolder, key: string): Promise<KeyedRequest> {
    const claim = claimOf(request, principal, key);
    const keyed = { claim, earlier: await this.decisions.recall(claim) };
    noteKeyedRequest(principal, keyed);
    return keyed;
  }
}

/** The route scores, and the same request is decided on once where it comes with the same `Idempotency-Key`. */
export function Idempotent(): MethodDecorator {
  return applyDecorators(
    UseInterceptors(IdempotencyInterceptor),
    ApiHeader({
      name: IDEMPOTENCY_KEY,
      required: false,
      schema: { type: 'string', minLength: 1, maxLength: 255 },
      description:
        'A new one for each request, like a UUID: the same request with the same key is decided on once in 24 hours, and ' +
        `answered alike, with \`${IDEMPOTENCY_REPLAYED}: true\`. So it may be sent again when no answer came.`,
    }),
  );
}
