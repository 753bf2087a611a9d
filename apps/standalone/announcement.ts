import { exampleTransaction } from '@app/simulator';

/** What to know about the running service. */
export interface Running {
  /** e.g. `http://127.0.0.1:3000` */
  readonly address: string;
  /** Null: the operator set it and knows it; it shall not stand in a log. */
  readonly key: string | null;
}

/** The lines printed when the service is up: docs address, key, and a `curl` line that can be pasted into a shell. */
export function announcement({ address, key }: Running): string {
  return [
    '',
    'Fraud scoring is running. Ctrl-C stops it.',
    `  Docs  ${address}/docs`,
    `  Key   ${key ?? 'the API_KEY you set'}`,
    '  Score a transaction:',
    '',
    curlLine({ address, key }),
    '',
  ].join('\n');
}

function curlLine({ address, key }: Running): string {
  const header = key === null ? '"X-API-Key: $API_KEY"' : quoted(`X-API-Key: ${key}`);
  const body = quoted(JSON.stringify(exampleTransaction('credit-card')));
  return `curl -sS ${quoted(`${address}/v1/fraud-score`)} -H ${header} -H 'Content-Type: application/json' -d ${body}`;
}

/** One word for a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
