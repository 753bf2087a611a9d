import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { validate } from 'uuid';
import { Problem } from './problem.js';

/** A path parameter that is a UUID. @throws Problem 422 */
@Injectable()
export class UuidPipe implements PipeTransform<string, string> {
  transform(value: string, { data }: ArgumentMetadata): string {
    if (!validate(value)) {
      throw Problem.invalidParameter([{ path: data ?? '', message: `must be a UUID, got "${value.slice(0, 40)}"` }]);
    }
    return value.toLowerCase();
  }
}
