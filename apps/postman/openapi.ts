import type { OpenAPIObject } from '@nestjs/swagger';

/** The parts of an OpenAPI document that the collection is made of, by the names of the specification. */
export type Components = NonNullable<OpenAPIObject['components']>;
export type PathItem = OpenAPIObject['paths'][string];
export type OperationObject = NonNullable<PathItem['get']>;
export type ParameterObject = Resolved<NonNullable<OperationObject['parameters']>[number]>;
export type Schema = NonNullable<Components['schemas']>[string];
/** A schema that is not a reference. */
export type Described = Resolved<Schema>;
export type Content = NonNullable<Resolved<NonNullable<OperationObject['requestBody']>>['content']>;
export type MediaType = Content[string];
export type Examples = NonNullable<MediaType['examples']>;

interface Reference {
  readonly $ref: string;
}
type Resolved<T> = Exclude<T, Reference>;

/** What a reference (`#/components/…/Name`) stands for; anything else as it is. @throws Error where it leads nowhere */
export function resolve<T extends object>(part: T, components: Readonly<Record<string, T>> | undefined): Resolved<T> {
  if (isResolved(part)) return part;
  const reference = '$ref' in part ? String(part.$ref) : '';
  const found = components?.[reference.split('/').at(-1) ?? ''];
  if (found === undefined) throw new Error(`${reference} is not in the document`);
  return resolve(found, components);
}

function isResolved<T extends object>(part: T): part is Resolved<T> {
  return !('$ref' in part);
}
