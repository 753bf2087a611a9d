import { describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { byteSize } from './byte-size.js';
import { isGzip, isZstd, looksLikeHtml, looksLikeJsonLines, whyNotCsv } from './file-kind.js';

describe('looksLikeHtml', () => {
  it.each(['<!DOCTYPE html><html>', '\uFEFF\n  <html lang="en">', '<!-- saved -->\n<!doctype html>'])(
    'knows %j',
    (text) => {
      expect(looksLikeHtml(Buffer.from(text))).toBe(true);
    },
  );

  it.each(['a,b\n1,2', '<tag>,b\n1,2', 'html,b', ''])('lets %j pass', (text) => {
    expect(looksLikeHtml(Buffer.from(text))).toBe(false);
  });
});

describe('whyNotCsv', () => {
  it.each([
    [Buffer.from('PK\x03\x04rest'), 'Excel'],
    [Buffer.from('PAREencrypted'), 'Parquet'],
    [Buffer.from('ORC\x01rest'), 'ORC'],
    [Buffer.from([0x28, 0xb5, 0x2f, 0xfd]), 'twice'],
    [Buffer.from('BZh91AY&SYrest', 'latin1'), 'bzip2'],
    [Buffer.from('\uFEFFa,b\n', 'utf16le'), 'UTF-16'],
    [Buffer.from('<html>'), 'web page'],
    [Buffer.from('[{"a": 1}]'), 'JSON'],
    [Buffer.from('a,b\n\0\x01'), 'binary'],
    [gzipSync('a,b'), 'twice'],
  ])('says what it is instead', (head, word) => {
    expect(whyNotCsv(head)).toContain(word);
  });

  it.each(['a,b\n1,2\n', '\uFEFF"a";"b"\r\n', 'BZh,x\n', '[a],b\n'])('takes %j for a CSV', (text) => {
    expect(whyNotCsv(Buffer.from(text))).toBeNull();
  });
});

describe('looksLikeJsonLines', () => {
  it.each(['{"a": 1}\n', '\uFEFF{"a": 1}', '\n  {\n'])('knows %j', (text) => {
    expect(looksLikeJsonLines(Buffer.from(text))).toBe(true);
  });

  it.each(['a,b\n', '[{"a": 1}]', '"{a}",b\n', ''])('lets %j pass', (text) => {
    expect(looksLikeJsonLines(Buffer.from(text))).toBe(false);
  });
});

describe('isZstd', () => {
  it('goes by the magic numbers of frames, also of those to be skipped', () => {
    expect(isZstd(Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0]))).toBe(true);
    expect(isZstd(Buffer.from([0x5f, 0x2a, 0x4d, 0x18]))).toBe(true);
    expect(isZstd(Buffer.from([0x60, 0x2a, 0x4d, 0x18]))).toBe(false);
    expect(isZstd(Buffer.from([0x28, 0xb5, 0x2f]))).toBe(false);
    expect(isZstd(Buffer.from('a,b\n'))).toBe(false);
  });
});

describe('isGzip', () => {
  it('goes by the magic number', () => {
    expect(isGzip(gzipSync('x'))).toBe(true);
    expect(isGzip(Buffer.from('a,b'))).toBe(false);
    expect(isGzip(Buffer.from([0x1f, 0x8b]))).toBe(false);
  });
});

describe('byteSize', () => {
  it.each([
    [0, '0 bytes'],
    [1023, '1023 bytes'],
    [1536, '1.5 KiB'],
    [512 * 1024 ** 2, '512 MiB'],
    [3 * 1024 ** 4, '3 TiB'],
  ])('%d is %s', (bytes, text) => {
    expect(byteSize(bytes)).toBe(text);
  });
});
