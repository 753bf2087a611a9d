import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { validate } from 'uuid';
import { Problem } from './problem.js';

/** A path parameter that is a UUID. @throws Problem 422 */
@Injectable()
export class UuidPipe implements PipeTransform<string, string> {
  transform(value: string, { data }: ArgumentMetadata): string {
    if (!validate(value)) {
      throw noUuid(data ?? '', value);
    }
    return value.toLowerCase();
  }
}

/** 422 */
export function noUuid(name: string, sent: string): Problem {
  return Problem.invalidParameter([{ path: name, message: `must be a UUID, got "${sent.slice(0, 40)}"` }]);
}
