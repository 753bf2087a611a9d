import fc from 'fast-check';
import { HOSTILE_BODIES, HOSTILE_NAMES, HOSTILE_TEXTS } from './hostile.js';

export interface MultipartBody {
  readonly type: string;
  readonly body: Buffer;
}

const CSV = 'Time,V1,Amount,Class\n1,2,3,0\n4,5,6,1\n';

const names = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('file', 'simulated') },
  fc.constantFrom(...HOSTILE_NAMES.filter((name) => name !== '\ud800')),
);

const contents = fc.oneof(
  { weight: 3, arbitrary: fc.constant(CSV) },
  { weight: 2, arbitrary: fc.constantFrom('true', 'false', '') },
  fc.constantFrom(...HOSTILE_BODIES, ...HOSTILE_TEXTS),
  fc.constant('x'.repeat(1_100_000)),
);

/** The headers of one part; `{name}` stands for the field's name. */
const HEADERS: readonly string[] = [
  'Content-Disposition: form-data; name="{name}"',
  'Content-Disposition: form-data; name="{name}"; filename="data.csv"\r\nContent-Type: text/csv',
  'Content-Disposition: form-data; name="{name}"; filename="data.csv.gz"\r\nContent-Type: application/gzip',
  'Content-Disposition: form-data; name="{name}"; filename="../../../etc/passwd"',
  'Content-Disposition: form-data; name="{name}"; filename=""',
  'Content-Disposition: form-data; name="{name}"; filename="\u0000\u0001\u00ff"',
  'Content-Disposition: form-data; name="{name}"; filename*=UTF-8\'\'%ff%00%ed%a0%80',
  `Content-Disposition: form-data; name="{name}"; filename="${'x'.repeat(2_000)}"`,
  'Content-Disposition: form-data; name="{name}"\r\nContent-Type: application/json',
  'Content-Disposition: form-data; name="{name}"\r\nContent-Type: text/plain; charset=utf-16',
  'Content-Disposition: form-data; name="{name}"\r\nContent-Transfer-Encoding: base64',
  'Content-Disposition: form-data; name={name}; name=file',
  'Content-Disposition: form-data',
  'Content-Disposition: attachment; filename="a"',
  'Content-Disposition:',
  'Content-Type: text/csv',
  'no header at all',
  `X-Long: ${'x'.repeat(100_000)}`,
  '',
];

const parts = fc
  .record({
    header: fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...HEADERS.slice(0, 2)) }, fc.constantFrom(...HEADERS)),
    name: names,
    content: contents,
  })
  .map(({ header, name, content }) =>
    Buffer.concat([Buffer.from(`${header.replace('{name}', name)}\r\n\r\n`), Buffer.from(content)]),
  );

const [FIELD = '', FILE = ''] = HEADERS;
const UPLOAD = [
  Buffer.from(`${FIELD.replace('{name}', 'simulated')}\r\n\r\ntrue`),
  Buffer.from(`${FILE.replace('{name}', 'file')}\r\n\r\n${CSV}`),
];

/** Uploads that work, and all the ways in which one can be put together wrongly. */
export const multipartBodies: fc.Arbitrary<MultipartBody> = fc
  .record({
    parts: fc.oneof(fc.constant(UPLOAD), fc.array(parts, { maxLength: 14, size: 'small' })),
    boundary: fc.constantFrom('b', 'b', 'b', '----WebKitFormBoundary0', 'x'.repeat(70), 'x'.repeat(300)),
    type: fc.constantFrom(
      'multipart/form-data; boundary={b}',
      'multipart/form-data; boundary={b}',
      'multipart/form-data; boundary={b}',
      'multipart/form-data; boundary="{b}"',
      'multipart/form-data; boundary={b}; boundary=c',
      'multipart/form-data; boundary=other',
      'multipart/form-data',
      'multipart/form-data; boundary=',
      'multipart/mixed; boundary={b}',
    ),
    newline: fc.constantFrom('\r\n', '\r\n', '\r\n', '\r\n', '\n'),
    end: fc.constantFrom('--\r\n', '--\r\n', '--\r\n', '--', '', '\r\n', '--\r\ntrailing'),
    kept: fc.oneof({ weight: 5, arbitrary: fc.constant(1) }, fc.double({ min: 0, max: 1, noNaN: true })),
  })
  .map(({ parts: each, boundary, type, newline, end, kept }) => {
    const whole = Buffer.concat([
      ...each.flatMap((part) => [Buffer.from(`--${boundary}${newline}`), part, Buffer.from(newline)]),
      Buffer.from(`--${boundary}${end}`),
    ]);
    return { type: type.replace('{b}', boundary), body: whole.subarray(0, Math.ceil(whole.length * kept)) };
  });
