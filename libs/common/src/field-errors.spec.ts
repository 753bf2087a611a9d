import 'reflect-metadata';
import { Type } from 'class-transformer';
import { ArrayMinSize, IsIn, IsInt, IsString, MaxLength, ValidateNested } from 'class-validator';
import { describe, expect, it } from '@jest/globals';
import { Problem, type ProblemField } from './problem.js';
import { validationPipe } from './validation.js';

class InnerDto {
  @IsInt()
  depth!: number;
}

class OuterDto {
  @IsString()
  @MaxLength(3)
  name!: string;

  @ArrayMinSize(1)
  @IsIn(['a', 'b'], { each: true })
  scopes!: string[];

  @ValidateNested({ each: true })
  @Type(() => InnerDto)
  inner!: InnerDto[];
}

const good = { name: 'x', scopes: ['a'], inner: [{ depth: 1 }] };

const errorsOf = async (body: object, type: 'body' | 'query' = 'body'): Promise<readonly ProblemField[]> => {
  const refused = validationPipe().transform(body, { type, metatype: OuterDto });
  return refused.then(
    () => [],
    (thrown: unknown) => {
      if (thrown instanceof Problem) return thrown.errors ?? [];
      throw thrown;
    },
  );
};

describe('a body that does not fit its DTO', () => {
  it('is none where it fits', async () => {
    expect(await errorsOf(good)).toEqual([]);
  });

  it.each([
    ['a field that is missing', { name: undefined }, 'name', 'is required'],
    ['a wrong type', { name: 1 }, 'name', 'must be a string'],
    ['a text that is too long', { name: 'long' }, 'name', 'must be shorter than or equal to 3 characters'],
    ['a value in a list', { scopes: ['c'] }, 'scopes', 'each value must be one of the following values: a, b'],
    ['no object in a list', { inner: [1] }, 'inner.0', 'must be an object'],
    ['a field in a list', { inner: [{ depth: 'x' }] }, 'inner.0.depth', 'must be an integer number'],
    ['an unknown field', { zzzz: 1 }, 'zzzz', 'is not known here; known are name, scopes, inner'],
    ['a mistyped field', { Scope: 1 }, 'Scope', 'is not known here; did you mean "scopes"?'],
    [
      'an unknown field within',
      { inner: [{ depth: 1, width: 1 }] },
      'inner.0.width',
      'is not known here; known are depth',
    ],
  ])('is told of by its path, and the fix, without its name again: %s', async (_, wrong, path, message) => {
    expect(await errorsOf({ ...good, ...wrong })).toEqual([{ path, message }]);
    expect(await errorsOf({ ...good, ...wrong }, 'query')).toEqual([{ path, message }]);
  });

  it.each([null, undefined, [], 1, 'text'])('is told of where it is no object: %j', async (body) => {
    const refuse = async (): Promise<unknown> => validationPipe().transform(body, { type: 'body', metatype: OuterDto });
    await expect(refuse()).rejects.toMatchObject({ errors: [{ path: '', message: 'must be a JSON object' }] });
  });

  it('is not sent back as a whole', async () => {
    const [error] = await errorsOf({ ...good, ['x'.repeat(10_000)]: 1 });
    expect(error?.path).toHaveLength(128);
  });
});
