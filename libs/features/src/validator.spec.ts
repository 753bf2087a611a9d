import { describe, expect, it } from '@jest/globals';
import { BUILT_IN_MODELS } from './built-in-models.js';
import { type FieldError, type ModelDefinition } from './definition.js';
import { compileValidator, MAX_ERRORS } from './validator.js';

const claims: ModelDefinition = {
  name: 'claims',
  description: '',
  features: [
    { name: 'amount', type: 'number', nullable: false },
    { name: 'age', type: 'number', nullable: true },
    { name: 'channel', type: 'category', nullable: false },
    { name: 'garage', type: 'category', nullable: true },
    { name: 'abroad', type: 'boolean', nullable: false },
  ],
  label: 'is_fraud',
  timeColumn: 'at',
  carried: ['customer'],
  metric: 'average_precision',
  policy: { review: null, block: null },
};

const good = { amount: 12.5, age: 40, channel: 'web', garage: 'G1', abroad: false };
const validate = compileValidator(claims);

/** Reads a body as the service does, so that `__proto__` is a field and not a prototype. */
function parse(text: string): unknown {
  return JSON.parse(text);
}

function only(body: unknown): FieldError {
  const errors = validate(body);
  expect(errors).toHaveLength(1);
  return errors[0] ?? { path: '(none)', message: '(none)' };
}

describe('compileValidator', () => {
  it.each([
    ['all fields', good],
    ['nullable ones absent', { amount: 1, channel: 'web', abroad: true }],
    ['nullable ones null', { ...good, age: null, garage: null }],
    ['0 and 1 for a boolean', { ...good, abroad: 1 }],
    ['an unusual category', { ...good, channel: '__proto__', garage: 'toString' }],
    ['an empty category', { ...good, channel: '' }],
    ['a category of 256 characters, emoji included', { ...good, channel: '😀'.repeat(128) }],
    [
      'the time column, a carried one and an id',
      { ...good, at: '2025-01-01T00:00:00Z', customer: 7, transaction_id: 't1' },
    ],
    ['a null carried column and a number as id', { ...good, at: null, customer: null, transaction_id: 12 }],
    ['the largest float32', { ...good, amount: 3.4028234663852886e38 }],
    ['a number that float32 rounds to zero', { ...good, amount: 5e-324 }],
    ['minus zero', { ...good, amount: -0 }],
  ])('accepts %s', (_, body) => {
    expect(validate(body)).toEqual([]);
  });

  it('accepts without making a new list', () => {
    expect(validate(good)).toBe(validate({ ...good, amount: 2 }));
  });

  it.each([
    [null, 'null'],
    [undefined, 'undefined'],
    [[good], 'a list'],
    ['text', '"text"'],
    [7, '7'],
  ])('refuses a body that is no object: %j', (body, shown) => {
    expect(only(body)).toEqual({ path: '', message: `must be an object with one field per feature, got ${shown}` });
  });

  it.each([
    ['a text', { amount: 'abc' }, 'amount', 'must be a finite number, got "abc"'],
    ['an empty text', { amount: '' }, 'amount', 'must be a finite number, got ""'],
    ['NaN', { amount: NaN }, 'amount', 'must be a finite number, got NaN'],
    ['an infinity', { amount: -Infinity }, 'amount', 'must be a finite number, got -Infinity'],
    ['a boolean', { amount: true }, 'amount', 'must be a finite number, got true'],
    ['a list', { amount: [1] }, 'amount', 'must be a finite number, got a list'],
    ['an object', { amount: {} }, 'amount', 'must be a finite number, got an object'],
    ['null', { amount: null }, 'amount', 'must be a finite number, got null'],
    ['nothing', { amount: undefined }, 'amount', 'is required'],
    ['a quoted number', { age: '12.50' }, 'age', 'must be a number and not a text: send 12.5 instead of "12.50"'],
    ['a number beyond float32', { amount: 3.5e38 }, 'amount', 'must lie within ±3.4028235e38 (float32), got 3.5e+38'],
    ['a number as category', { channel: 3 }, 'channel', 'must be a text: send "3" instead of 3'],
    ['a boolean as category', { channel: true }, 'channel', 'must be a text: send "true" instead of true'],
    ['a null category', { channel: null }, 'channel', 'must be a text, got null'],
    ['a long category', { garage: 'x'.repeat(257) }, 'garage', 'must have at most 256 characters, has 257'],
    ['U+0000', { garage: 'a\u0000' }, 'garage', 'must not contain U+0000 or half of a surrogate pair'],
    ['a broken pair', { garage: 'a\ud83d' }, 'garage', 'must not contain U+0000 or half of a surrogate pair'],
    ['a lone low surrogate', { garage: '\ude00b' }, 'garage', 'must not contain U+0000 or half of a surrogate pair'],
    ['another number as boolean', { abroad: 2 }, 'abroad', 'must be true or false (or 1 or 0), got 2'],
    ['a text as boolean', { abroad: 'true' }, 'abroad', 'must be true or false (or 1 or 0), got "true"'],
    ['a list as id', { transaction_id: [] }, 'transaction_id', 'must be a text or a finite number, got a list'],
    ['a null id', { transaction_id: null }, 'transaction_id', 'must be a text or a finite number, got null'],
    ['a long id', { transaction_id: 'x'.repeat(129) }, 'transaction_id', 'must have at most 128 characters, has 129'],
    [
      'an object carried',
      { customer: {} },
      'customer',
      'must be a text, a finite number, true, false or null, got an object',
    ],
  ])('refuses %s', (_, change, path, message) => {
    expect(only({ ...good, ...change })).toEqual({ path, message });
  });

  it('refuses unknown fields, and says what may have been meant', () => {
    expect(only({ ...good, colour: 1 })).toEqual({ path: 'colour', message: 'is not a feature of claims' });
    expect(only({ ...good, __v: 1 }).path).toBe('__v');
    const { channel, ...rest } = good;
    expect(validate({ ...rest, Chanel: channel })).toEqual([
      { path: 'channel', message: 'is required' },
      { path: 'Chanel', message: 'is not a feature of claims; did you mean "channel"?' },
    ]);
  });

  it('suggests no field that is already there', () => {
    const [creditCard] = BUILT_IN_MODELS;
    if (creditCard === undefined) throw new Error('no built-in model');
    const body = Object.fromEntries(creditCard.features.map(({ name }) => [name, 0]));
    const [error] = compileValidator(creditCard)({ ...body, V29: 1 });
    expect(error).toEqual({ path: 'V29', message: 'is not a feature of credit-card' });
  });

  it('refuses the label', () => {
    expect(only({ ...good, is_fraud: 0 })).toEqual({
      path: 'is_fraud',
      message: 'is the label: a transaction that is being scored has none, leave it out',
    });
  });

  it('takes the names of what every object has for what they are: unknown fields', () => {
    const text = JSON.stringify(good).slice(0, -1);
    for (const name of ['__proto__', 'toString', 'constructor', 'hasOwnProperty']) {
      expect(only(parse(`${text},"${name}":1}`))).toEqual({ path: name, message: 'is not a feature of claims' });
    }
  });

  it('does not take inherited fields for sent ones', () => {
    expect(validate(Object.assign(Object.create({ colour: 1 }), good))).toEqual([]);
  });

  it('reports all errors, features first', () => {
    expect(validate({ amount: '1', channel: 1, garage: 2, abroad: 3, x: 4 }).map(({ path }) => path)).toEqual([
      'amount',
      'channel',
      'garage',
      'abroad',
      'x',
    ]);
  });

  it('keeps the first 100 errors of a hopeless body', () => {
    const noise = Object.fromEntries(Array.from({ length: 5_000 }, (_, i) => [`field ${i} ${'x'.repeat(200)}`, i]));
    const errors = validate(noise);
    expect(errors).toHaveLength(MAX_ERRORS);
    expect(errors.slice(0, 3).map(({ path }) => path)).toEqual(['amount', 'channel', 'abroad']);
    expect(Math.max(...errors.map(({ path, message }) => path.length + message.length))).toBeLessThan(300);
  });

  it('shows only the beginning of a long text', () => {
    expect(only({ ...good, amount: 'y'.repeat(100_000) }).message.length).toBeLessThan(80);
  });
});
