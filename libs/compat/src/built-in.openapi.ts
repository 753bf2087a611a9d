import { transactionSchema } from '@app/features';
import { MAX_BATCH } from '@app/scoring';
import { type BuiltIn, definitionOf } from './built-in.js';

/** The OpenAPI schema of one transaction. */
export function schemaOf(model: BuiltIn): ReturnType<typeof transactionSchema> {
  return transactionSchema(definitionOf(model));
}

/** The OpenAPI schema of a list of transactions. */
export function listSchema(model: BuiltIn): { type: 'array'; maxItems: number; items: ReturnType<typeof schemaOf> } {
  return { type: 'array', maxItems: MAX_BATCH, items: schemaOf(model) };
}

/** What 503 means on most of these routes. */
export const NO_CHAMPION = 'There is no champion yet, or the database is away; `Retry-After` says when to try again.';
