import { BUILT_IN_MODELS, type ModelDefinition, transactionSchema } from '@app/features';
import { MAX_BATCH } from '@app/scoring';

/** The models behind the routes of the replaced services. */
export const CREDIT_CARD = 'credit-card';
export const PAYMENTS = 'payments';
export const CREDIT_ACCOUNT = 'credit-account';

type BuiltIn = typeof CREDIT_CARD | typeof PAYMENTS | typeof CREDIT_ACCOUNT;

export function definitionOf(model: BuiltIn): ModelDefinition {
  const definition = BUILT_IN_MODELS.find(({ name }) => name === model);
  if (!definition) throw new Error(`${model} is not among the built-in models`);
  return definition;
}

/** The OpenAPI schema of one transaction. */
export function schemaOf(model: BuiltIn): ReturnType<typeof transactionSchema> {
  return transactionSchema(definitionOf(model));
}

/** The OpenAPI schema of a list of transactions. */
export function listSchema(model: BuiltIn): { type: 'array'; maxItems: number; items: ReturnType<typeof schemaOf> } {
  return { type: 'array', maxItems: MAX_BATCH, items: schemaOf(model) };
}
