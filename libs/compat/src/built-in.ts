import { BUILT_IN_MODELS, type ModelDefinition } from '@app/features';

/** The models behind the routes of the replaced services. */
export const CREDIT_CARD = 'credit-card';
export const PAYMENTS = 'payments';
export const CREDIT_ACCOUNT = 'credit-account';

export type BuiltIn = typeof CREDIT_CARD | typeof PAYMENTS | typeof CREDIT_ACCOUNT;

export function definitionOf(model: BuiltIn): ModelDefinition {
  const definition = BUILT_IN_MODELS.find(({ name }) => name === model);
  if (!definition) throw new Error(`${model} is not among the built-in models`);
  return definition;
}
