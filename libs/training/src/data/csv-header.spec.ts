import { describe, expect, it } from '@jest/globals';
import { matchColumns, readLayout } from './csv-header.js';

const layout = (text: string, wanted: string[] = []): ReturnType<typeof readLayout> =>
  readLayout(Buffer.from(text), wanted);

describe('readLayout', () => {
  it.each([
    ['a,b\n1,2\n', ','],
    ['a;b\r\n1,5;2\r\n', ';'],
    ['a\tb\n', '\t'],
    ['a|b\r1|2\r', '|'],
    ['\uFEFFa,b', ','],
    ['  a , "b"\n', ','],
  ])('reads %j', (text, delimiter) => {
    expect(layout(text, ['a', 'b'])).toEqual({ delimiter, columns: ['a', 'b'], linesBefore: 0 });
  });

  it('goes by the wanted names rather than by the number of columns', () => {
    expect(layout('amount;"x,y,z,w";label\n', ['amount', 'label']).columns).toEqual(['amount', 'x,y,z,w', 'label']);
    expect(layout('amount;note, free, text\n', ['amount']).delimiter).toBe(';');
  });

  it('reads quoted names with delimiters, quotes and line breaks in them', () => {
    expect(layout('"a ""b""","c,d","e\nf"\n1,2,3', []).columns).toEqual(['a "b"', 'c,d', 'e\nf']);
  });

  it('counts blank lines before the header', () => {
    expect(layout('\n \r\n\na,b\n', ['a'])).toEqual({ delimiter: ',', columns: ['a', 'b'], linesBefore: 3 });
  });

  it('refuses a file of blank lines', () => {
    expect(() => layout('\n\n  \n')).toThrow(expect.objectContaining({ code: 'empty' }));
  });
});

describe('matchColumns', () => {
  it('takes exact names first, then those that differ in case', () => {
    const found = matchColumns(layout('AMOUNT,amount,Label,extra\n'), ['amount', 'label']);
    expect([...found]).toEqual([
      ['amount', { index: 1, name: 'amount' }],
      ['label', { index: 2, name: 'Label' }],
    ]);
  });

  it('leaves a column to the name that it is exactly', () => {
    expect(() => matchColumns(layout('Amount,x\n'), ['amount', 'Amount'])).toThrow(
      expect.objectContaining({
        code: 'missing_column',
        message: expect.stringContaining('lacks the column "amount"'),
      }),
    );
  });

  it.each([
    ['a,a,b\n', 'a'],
    ['AB,aB,c\n', 'ab'],
  ])('refuses to choose between columns of %j', (text, name) => {
    expect(() => matchColumns(layout(text), [name])).toThrow(
      expect.objectContaining({ code: 'ambiguous_column', message: expect.stringContaining('(column 2)') }),
    );
  });

  it('names all that is missing, what there is, and what looks like it', () => {
    expect(() => matchColumns(layout('isFraud,Amt,b\n'), ['is_fraud', 'channel', 'b'])).toThrow(
      'The file lacks the columns "is_fraud", "channel". It has: "isFraud", "Amt", "b". ' +
        '"isFraud" looks like "is_fraud": rename it in the file.',
    );
  });

  it('says who may have asked for what nothing looks like', () => {
    expect(() => matchColumns(layout('day,fee\n'), ['loss'])).toThrow(
      'It has: "day", "fee". Add it to the file, or change what asks for it: the model, the training or the decision policy.',
    );
  });

  it('sees that a header is missing', () => {
    expect(() => matchColumns(layout('0,1.5,-3\n'), ['a'])).toThrow('The first line looks like data');
  });
});
