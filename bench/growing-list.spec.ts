import { expect, test } from '@jest/globals';
import { GrowingList } from './growing-list.js';

test('keeps many numbers in order', () => {
  const list = new GrowingList();
  const count = 600_001;
  for (let number = 0; number < count; number += 3) list.push(number, number + 1, number + 2);
  const bytes = Buffer.concat([...list.bytes()]);
  const numbers = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.length / Float64Array.BYTES_PER_ELEMENT);
  expect(numbers).toEqual(Float64Array.from({ length: numbers.length }, (_, at) => at));
  expect(numbers.length).toBe(Math.ceil(count / 3) * 3);
});

test('is empty at first', () => {
  expect([...new GrowingList().bytes()]).toEqual([]);
});
