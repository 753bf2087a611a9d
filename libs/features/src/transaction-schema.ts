import type { Feature, ModelDefinition } from './definition.js';
import { MAX_NAME_LENGTH, MAX_TEXT_LENGTH, TRANSACTION_ID } from './names.js';

interface PropertySchema {
  readonly type: string | string[];
  readonly maxLength?: number;
  readonly description?: string;
}

/** The OpenAPI schema of one transaction of a model: what the compiled validator accepts. */
export function transactionSchema({ features }: ModelDefinition): {
  type: 'object';
  required: string[];
  properties: Record<string, PropertySchema>;
} {
  return {
    type: 'object',
    required: features.filter(({ nullable }) => !nullable).map(({ name }) => name),
    properties: {
      ...Object.fromEntries(features.map((feature) => [feature.name, propertySchema(feature)])),
      [TRANSACTION_ID]: {
        type: ['string', 'number'],
        maxLength: MAX_NAME_LENGTH,
        description: 'Yours, to find the decision by; optional.',
      },
    },
  };
}

function propertySchema({ type, nullable, description }: Feature): PropertySchema {
  const jsonType = type === 'category' ? 'string' : type;
  return {
    type: nullable ? [jsonType, 'null'] : jsonType,
    ...(type === 'category' && { maxLength: MAX_TEXT_LENGTH }),
    ...(description !== undefined && { description }),
  };
}
