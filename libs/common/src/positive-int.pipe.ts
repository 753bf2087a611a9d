import { type ArgumentMetadata, Injectable, type PipeTransform } from '@nestjs/common';
import { Problem } from './problem.js';

/** A path parameter that counts from 1. @throws Problem 422 */
@Injectable()
export class PositiveIntPipe implements PipeTransform<string, number> {
  transform(value: string, { data }: ArgumentMetadata): number {
    if (!/^[1-9]\d{0,8}$/.test(value)) {
      throw noPositiveInt(data ?? '', value);
    }
    return Number(value);
  }
}

/** 422 */
export function noPositiveInt(name: string, sent: string): Problem {
  return Problem.invalidParameter([
    { path: name, message: `must be a whole number from 1, got "${sent.slice(0, 40)}"` },
  ]);
}
